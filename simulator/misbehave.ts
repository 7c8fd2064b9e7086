import type { FromSchema, JSONSchema } from "json-schema-to-ts";
import { WebcastCaptionMessage } from "tiktok-live-proto/v3";
import type { PageMood } from "./answers.ts";
import { encode } from "./codec.ts";
import { codecs, type Message } from "./frames.ts";
import { chat } from "./person-messages.ts";
import type { SimulatedRoom } from "./room.ts";
import { caption } from "./room-messages.ts";

interface Details {
  count: number;
  status?: number;
  retryAfterSec?: number;
  code: number;
  bytes: number;
}

const setMood = (room: SimulatedRoom, mood: PageMood) => {
  room.pageMood = mood;
};

const times = <Item>(count: number, make: (index: number) => Item) => Array.from({ length: count }, (_, i) => make(i));

/** Everything that goes wrong with TikTok, on request. */
const faults = {
  /** A WebSocket close with `code`. */
  close: (room, { code }) => room.wire.close(code, "simulated"),
  /** A TCP reset. */
  reset: (room) => room.wire.reset(),
  /** Connected, but silent until the client connects anew. */
  stall: (room) => {
    room.wire.stall();
    room.euler.stall();
  },
  /** Euler closes with `code`. */
  closeEuler: (room, { code }) => room.euler.close(code),
  /** The next `count` connections to Euler are closed with `code`, or refused with `status`. */
  refuseEuler: (room, { code, status, count }) => room.euler.faults.add(status ? { status } : { code }, count),
  /** The signer answers `status` (429) to the next `count` requests. */
  refuseSigning: (room, { status = 429, retryAfterSec, count }) =>
    room.signFaults.add({ status, ...(retryAfterSec && { retryAfterSec }) }, count),
  /** The signer never answers the next `count` requests. */
  hangSigning: (room, { count }) => room.signFaults.add("hang", count),
  /** The next `count` WebSocket upgrades get `status` (503). */
  refuseUpgrade: (room, { status = 503, count }) => room.upgradeFaults.add(status, count),
  /** The pages say nobody is live; the sockets are not told. */
  goOffline: (room) => room.goOffline(),
  goOnline: (room) => room.goOnline(),
  /** Connected, heartbeats answered, but no messages. */
  hush: (room) => room.hush(),
  /** TikTok's pages answer without saying anything. */
  emptyPages: (room) => setMood(room, "empty"),
  /** TikTok's pages keep back a LIVE that is private or for adults. */
  restrictRoom: (room) => setMood(room, "restricted"),
  /** TikTok sends who asks to its login, as in countries where it shows no LIVE. */
  blockCountry: (room) => setMood(room, "country"),
  /** TikTok asks for a puzzle to be solved. */
  askPuzzle: (room) => setMood(room, "puzzle"),
  /** One of TikTok's pages says that nobody is live, the others that somebody is. */
  contradictPages: (room) => setMood(room, "contradictory"),
  mendPages: (room) => setMood(room, "honest"),
  /** Every new connection begins with the last `count` messages, as history under their old ids. */
  resendHistory: (room, { count }) => room.resendHistory(count),
  /** The next `count` frames come twice. */
  repeatFrames: (room, { count }) => room.wire.repeatFrames(count),
  /** The next `count` frames come last first. */
  reverseFrames: (room, { count }) => room.wire.reverseFrames(count),
  /** `count` messages of a type that no schema has. */
  unknownTypes: (room, { count }) => room.send(times(count, () => unknownType(room))),
  /** `count` messages of known types that cannot be decoded. */
  corruptPayloads: (room, { count }) => room.send(times(count, (index) => corruptPayload(room, index))),
  /** A frame that cannot be unzipped. */
  corruptGzip: (room) => room.sendBrokenFrame(),
  /** A chat line of `bytes`. */
  oversize: (room, { bytes }) => room.say(chat(room.host, { content: "x".repeat(bytes) })),
  /** The streamer ends the LIVE (control action 3). */
  end: (room) => room.end("end"),
  /** TikTok suspends it (control action 4). */
  suspend: (room) => room.end("suspend"),
  pause: (room) => room.pause(),
  resume: (room) => room.resume(),
  /** The next `count` gift streaks never say that they ended. */
  loseStreakEnds: (room, { count }) => room.loseStreakEnds(count),
} satisfies Record<string, (room: SimulatedRoom, details: Details) => unknown>;

export type Fault = keyof typeof faults;

const count = { type: "integer", minimum: 1, maximum: 10_000 } as const;

export const misbehaviourSchema = {
  type: "object",
  required: ["uniqueId", "fault"],
  additionalProperties: false,
  properties: {
    uniqueId: { type: "string", minLength: 1 },
    fault: { type: "string", enum: Object.keys(faults) as Fault[] },
    count: { ...count, description: "of messages, frames, streaks or requests (default 1)" },
    status: { type: "integer", minimum: 400, maximum: 599, description: "HTTP status" },
    retryAfterSec: { ...count, description: "refuseSigning: the Retry-After header" },
    code: { type: "integer", minimum: 1000, maximum: 4999, description: "close: close code (default 1000)" },
    bytes: {
      type: "integer",
      minimum: 1,
      maximum: 2 ** 26,
      description: "oversize: length of the text (default 1 MiB)",
    },
  },
} as const satisfies JSONSchema;

/** Does one of `faults` to a room, now or at the next occasion. */
export function misbehave(
  room: SimulatedRoom,
  fault: Fault,
  details: Omit<FromSchema<typeof misbehaviourSchema>, "uniqueId" | "fault"> = {},
): void {
  faults[fault](room, { count: 1, code: 1000, bytes: 2 ** 20, ...details });
}

const UNKNOWN_TYPE = "WebcastSimulatedNoveltyMessage";

/** An ordinary message under a name that no schema has. */
function unknownType(room: SimulatedRoom): Message {
  const { common, ...fields } = WebcastCaptionMessage.decode(room.message(caption("novel", 0)).payload);
  const payload = encode(WebcastCaptionMessage, { ...fields, common: common && { ...common, method: UNKNOWN_TYPE } });
  return { method: UNKNOWN_TYPE, msgId: common?.msgId ?? "0", payload };
}

/** Bytes that no decoder accepts: `common` claims to be longer than the message. */
function corruptPayload(room: SimulatedRoom, index: number): Message {
  const types = Object.keys(codecs);
  const payload = Buffer.from([0x0a, 0xff, 0xff, 0x03, 0x08]);
  return { method: types[index % types.length] as string, msgId: room.newId(), payload };
}
