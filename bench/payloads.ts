import { existsSync, readFileSync } from "node:fs";
import type { SourceMessage } from "../services/ingest/raw-message.ts";
import { Crowd, createHost } from "../simulator/crowd.ts";
import { commonOf, type Draft, seal } from "../simulator/frames.ts";
import { pickGift } from "../simulator/gifts.ts";
import { chat, follow, gift, join, like } from "../simulator/person-messages.ts";
import { Random } from "../simulator/random.ts";
import { parseRecording, toMessage } from "../simulator/replay.ts";

/** Messages of a room without end; each has an id of its own. */
export type Mix = (count: number) => SourceMessage[];

const RECORDING = "../shared/fixtures/webcast-2023.small.jsonl";

const PEOPLE = 1_500;
const TEMPLATES = 2_000;

/** Chats, likes, joins, gifts and follows of 1,500 people: originals of about 500 bytes in base64, events of about 650. */
export function smallMix(): Mix {
  const random = new Random("bench");
  const crowd = new Crowd(1, PEOPLE);
  const host = createHost("alice");
  const somebody = () => crowd.pick(random);
  const acts: (() => Draft)[] = [
    ...Array(8).fill(() => chat(somebody(), { content: "what a lovely song, greetings from here!" })),
    ...Array(5).fill(() => like(somebody(), 15, 4_000)),
    ...Array(4).fill(() => join(somebody(), 300)),
    ...Array(2).fill(() => gift(somebody(), { kind: pickGift(random), count: 3, groupId: "1234567", isEnd: false })),
    () => follow(somebody(), host, 300),
  ];
  const templates = Array.from({ length: TEMPLATES }, (_, i) => {
    const draft = (acts[i % acts.length] as () => Draft)();
    return seal(draft, commonOf(draft, { msgId: String(i), roomId: "1", at: Date.now() }));
  });
  return repeat(templates);
}

/** Both payload mixes, by the suffix of their measures. Without the recorded frames, which are not ours to ship, only one. */
export function mixes(): [suffix: string, mix: Mix][] {
  const recorded = recordedMix();
  if (!recorded) console.error(`${RECORDING} is not here: its rows are left out`);
  return [["", smallMix()], ...(recorded ? [["_recorded", recorded] as [string, Mix]] : [])];
}

/** The messages of the recording that make events, over and over. */
function recordedMix(): Mix | undefined {
  if (!existsSync(RECORDING)) return undefined;
  return repeat(parseRecording(readFileSync(RECORDING, "utf8")).map((row) => toMessage(row)));
}

let ids = 0;

function repeat(templates: readonly { method: string; payload: Uint8Array }[]): Mix {
  let next = 0;
  return (count) =>
    Array.from({ length: count }, () => {
      const { method, payload } = templates[next++ % templates.length] as (typeof templates)[number];
      return { method, payload, msgId: String(7_300_000_000_000 + ids++), isHistory: false, receivedAt: new Date() };
    });
}
