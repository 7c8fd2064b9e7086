import type { DeadLetterReason } from "../../contracts/dead-letter.ts";
import type { Random } from "../../simulator/random.ts";

/** A stream entry as XADD takes it. */
export type EntryFields = Record<string, string>;

/** A msgId that begins so says what must become of the entry: `poison SCHEMA_ERROR 17`. */
const MARK = /^poison (\w+) /;

/** Why an entry with this msgId must be given up; undefined when it must be stored. */
export const poisonOf = (msgId: string | undefined) => MARK.exec(msgId ?? "")?.[1] as DeadLetterReason | undefined;

const SESSION = "0b8f6c1e-7d1a-4c0e-9f3b-2a6f0e5d4c3b";

/** A raw entry of the room `streamId`, which no ingest keeps. */
function rawEntry(streamId: string, seqNo: number, now: Date, type: string, data: string): EntryFields {
  return {
    schemaVersion: "raw.v1",
    streamId,
    sessionId: SESSION,
    source: "live",
    type,
    seqNo: String(seqNo),
    timestamp: now.toISOString(),
    ingestedAt: now.toISOString(),
    data,
    provider: "simulator",
    msgId: `good ${seqNo}`,
    isHistory: "false",
    encoding: "json",
  };
}

/** Messages that are odd and must be stored all the same. */
const odd = [
  '{"content":"a\\u0000b","user":{"id":"1"}}',
  '{"content":"\\ud800","user":{"id":"2","nickname":"\\udfff"}}',
  '{"content":"a","user":{"id":7301234567890123456}}',
  '{"__proto__":{"admin":true},"constructor":{"prototype":{}},"content":"a"}',
  '{"content":"a","content":"b"}',
  `{"content":"a","user":{"id":"3","nickname":"${"x".repeat(5_000)}","displayId":"../../etc/passwd"}}`,
];

/** A message that must be stored: chats, likes, gifts in streaks that grow, and some that are odd. */
export function goodEntry(random: Random, streamId: string, seqNo: number, now: Date): EntryFields {
  const person = random.int(1, 40);
  const user = { id: String(person), displayId: `u${person}`, nickname: `User ${person}` };
  switch (random.weighted({ chat: 5, like: 2, gift: 3, odd: 1 })) {
    case "like":
      return rawEntry(streamId, seqNo, now, "WebcastLikeMessage", JSON.stringify({ user, count: random.int(1, 15) }));
    case "gift": {
      const gift = { id: "5655", name: "Rose", type: 1, diamondCount: 1 };
      const streak = { groupId: String(random.int(1, 5)), repeatCount: random.int(1, 50), repeatEnd: 0 };
      return rawEntry(
        streamId,
        seqNo,
        now,
        "WebcastGiftMessage",
        JSON.stringify({ user, giftId: "5655", gift, ...streak }),
      );
    }
    case "odd":
      return rawEntry(streamId, seqNo, now, "WebcastChatMessage", random.pick(odd));
    default:
      return rawEntry(streamId, seqNo, now, "WebcastChatMessage", JSON.stringify({ user, content: `héllo ${seqNo}` }));
  }
}

/** What makes a raw entry hopeless, and why it must be given up. */
export const poisons: readonly (readonly [reason: DeadLetterReason, spoil: Partial<EntryFields> | string[]])[] = [
  ["PARSE_ERROR", { data: "{not json" }],
  ["PARSE_ERROR", { data: "[".repeat(5_000) + "]".repeat(5_000) }],
  ["PARSE_ERROR", { data: '{"user":{"id":"1"},"content":1e200000}' }],
  ["SCHEMA_ERROR", { data: "null" }],
  ["SCHEMA_ERROR", { data: '"str"' }],
  ["SCHEMA_ERROR", { data: '{"content":17}' }],
  ["SCHEMA_ERROR", ["seqNo"]],
  ["SCHEMA_ERROR", { seqNo: "9007199254740993" }],
  ["PARSE_ERROR", { seqNo: "seven" }],
  ["PARSE_ERROR", { isHistory: "perhaps" }],
  ["SCHEMA_ERROR", { streamId: "a:b" }],
  ["SCHEMA_ERROR", { type: "Webcast:Chat" }],
  ["SCHEMA_ERROR", { timestamp: "not-a-date" }],
  ["SCHEMA_ERROR", { unknown: "field" }],
  ["SCHEMA_ERROR", { schemaVersion: "raw.v9" }],
  ["PARSE_ERROR", { encoding: "base64", data: "not base64!" }],
  ["PARSE_ERROR", { encoding: "base64", data: Buffer.from([0x08, ...Array(10).fill(0xff), 0x01]).toString("base64") }],
  ["PARSE_ERROR", { encoding: "base64", data: Buffer.from("0a160a0a57", "hex").toString("base64") }],
  // Only Postgres refuses it: there is no week for it.
  ["STORE_REJECTED", { timestamp: "1970-01-01T00:00:00.000Z", ingestedAt: "1970-01-01T00:00:00.000Z" }],
];

/** Poison number `i`, all kinds in turn. */
export function poisonEntry(i: number, streamId: string, seqNo: number, now: Date): EntryFields {
  const [reason, spoil] = poisons[i % poisons.length] as (typeof poisons)[number];
  const entry = rawEntry(streamId, seqNo, now, "WebcastChatMessage", '{"content":"hello"}');
  entry.msgId = `poison ${reason} ${seqNo}`;
  if (!Array.isArray(spoil)) return { ...entry, ...(spoil as EntryFields) };
  for (const field of spoil) delete entry[field];
  return entry;
}

/** Entries of ttlc:events that storage must give up, by what is in their field `event`; undefined: there is none. */
const eventPoisons = [
  ["PARSE_ERROR", undefined],
  ["PARSE_ERROR", "{not json"],
  ["SCHEMA_ERROR", "{}"],
] as const;

/** Poison for ttlc:events number `i`. Storage reads `event` only; the field `msgId` is for us. */
export function eventPoisonEntry(i: number): EntryFields {
  const [reason, event] = eventPoisons[i % eventPoisons.length] as (typeof eventPoisons)[number];
  return { ...(event === undefined ? {} : { event }), msgId: `poison ${reason} ${i}` };
}
