import { describe, expect, it } from "vitest";
import { check, type Evidence, eventIdOf, type RawSeen } from "./check.ts";

const raw = (seqNo: number, over: Partial<RawSeen> = {}): RawSeen => ({
  id: `${seqNo}-0`,
  streamId: "room",
  seqNo: String(seqNo),
  type: "WebcastChatMessage",
  sessionId: "s1",
  msgId: `m${seqNo}`,
  ...over,
});
const handedOff = (entry: RawSeen, id = `10${entry.id}`) => ({ id, eventId: eventIdOf(entry), poison: entry.poison });
const stored = (entry: RawSeen) => ({
  eventId: eventIdOf(entry),
  streamId: entry.streamId,
  rawType: entry.type,
  msgId: entry.msgId,
});
const poison = raw(3, { poison: "PARSE_ERROR", streamId: "direct" });
const letter = { stream: "ttlc:raw", entryId: poison.id, reason: "PARSE_ERROR" };

/** Two good entries and a poisonous one, all as they should be. */
const good: Evidence = {
  raw: [raw(1), raw(2), poison],
  events: [handedOff(raw(1)), handedOff(raw(2))],
  dlq: [{ id: "200-0", ...letter }],
  confirmed: [{ stream: "ttlc:raw", id: poison.id }],
  rooms: new Map([["room", 2]]),
  sent: new Map([["room", [raw(1), raw(2)]]]),
  stored: [stored(raw(1)), stored(raw(2))],
  letters: [letter],
  isUnfinished: () => false,
  flushedUpTo: {},
};
const verdict = (over: Partial<Evidence>) => {
  const findings = Object.entries(check({ ...good, ...over })).filter(
    ([, found]) => found !== 0 && found !== undefined,
  );
  return Object.fromEntries(findings.map(([kind, found]) => [kind, typeof found === "number" ? found : found.length]));
};
const clean = { lost: 0, stuck: 0, unexpected: 0, duplicated: 0, disordered: 0, uncovered: 0 };

it("finds nothing where there is nothing", () => {
  expect(verdict({})).toEqual(clean);
});

describe("lost", () => {
  it.each<[string, Partial<Evidence>]>([
    ["an event that is not stored", { stored: [stored(raw(1))] }],
    ["an entry that was never handed off", { events: [handedOff(raw(1))], stored: [stored(raw(1))] }],
    ["poison without a letter", { letters: [], dlq: [] }],
    ["a letter that Postgres does not have", { letters: [] }],
    ["a confirmed entry that the stream does not have", { confirmed: [{ stream: "ttlc:events", id: "9-9" }] }],
    ["entries that ingest counts as published", { rooms: new Map([["room", 3]]) }],
    [
      "poison for storage that never got there",
      { raw: [...good.raw, raw(4, { poison: "STORE_REJECTED", streamId: "direct" })] },
    ],
    ["poison put into ttlc:events", { events: [...good.events, { id: "300-0", poison: "SCHEMA_ERROR" }] }],
  ])("is %s", (_name, over) => {
    expect(verdict(over)).toEqual({ ...clean, lost: 1 });
  });
});

it("tells what is stuck from what is lost, at every stage", () => {
  for (const stream of ["ttlc:raw", "ttlc:events"] as const) {
    const over = { stored: [stored(raw(1))], isUnfinished: (name: string) => name === stream };
    expect(verdict(over)).toEqual({ ...clean, stuck: 1 });
  }
  const waiting = { letters: [], isUnfinished: (name: string) => name === "ttlc:dlq" };
  expect(verdict(waiting)).toEqual({ ...clean, stuck: 1 });
});

it("counts as flushed, not as lost, what was not stored before a flush", () => {
  const over = {
    stored: [],
    flushedUpTo: { "ttlc:raw": "3-0", "ttlc:events": "101-0" },
    rooms: new Map([["room", 0]]),
  };
  expect(verdict(over)).toEqual({ ...clean, lost: 1, flushed: 1 });
});

it("takes a message that was published again after a flush as stored under its first id", () => {
  const again = raw(4, { msgId: "m1" });
  const over = {
    raw: [...good.raw, again],
    events: [...good.events, handedOff(again)],
    rooms: new Map([["room", 1]]),
    flushedUpTo: { "ttlc:raw": "3-0" },
  };
  expect(verdict(over)).toEqual(clean);
  expect(verdict({ ...over, flushedUpTo: {} })).toEqual({ ...clean, lost: 1, duplicated: 1 });
});

describe("unexpected", () => {
  it.each<[string, Partial<Evidence>]>([
    ["an event nobody sent", { stored: [...good.stored, stored(raw(9))] }],
    ["a letter for a good entry", { letters: [letter, { stream: "ttlc:raw", entryId: "1-0", reason: "TRIMMED" }] }],
    ["a letter for another reason", { letters: [{ ...letter, reason: "HANDLER_FAILED" }] }],
  ])("is %s", (_name, over) => {
    expect(verdict(over)).toEqual({ ...clean, unexpected: 1 });
  });
});

describe("duplicated", () => {
  const twin = raw(4, { msgId: "m1" });

  it.each<[string, Partial<Evidence>]>([
    [
      "a message published twice",
      {
        raw: [...good.raw, twin],
        rooms: new Map([["room", 3]]),
        stored: [...good.stored, { ...stored(twin), msgId: null }],
      },
    ],
    ["an entry handed off twice", { events: [...good.events, handedOff(raw(1), "400-0")] }],
    ["a message stored under two ids", { stored: [...good.stored.slice(1), stored(raw(1)), stored(raw(1))] }],
    ["a letter sent twice", { dlq: [...good.dlq, { id: "201-0", ...letter }] }],
    ["a letter kept twice", { letters: [letter, letter] }],
  ])("is %s", (_name, over) => {
    expect(verdict(over)).toMatchObject({ lost: 0, duplicated: 1 });
  });

  it("is not what our own producer sent twice after a lost reply", () => {
    const [first, again] = [raw(5, { streamId: "direct" }), raw(5, { streamId: "direct", id: "6-0" })];
    const over = {
      raw: [...good.raw, first, again],
      events: [...good.events, handedOff(first), handedOff(again)],
      stored: [...good.stored, stored(first)],
    };
    expect(verdict(over)).toEqual(clean);
  });
});

it("wants the letter of poison that only Postgres refuses for its entry in ttlc:events", () => {
  const refused = raw(4, { poison: "STORE_REJECTED", streamId: "direct" });
  const over = {
    raw: [...good.raw, refused],
    events: [...good.events, handedOff(refused, "150-0")],
    dlq: [...good.dlq, { id: "201-0", stream: "ttlc:events", entryId: "150-0", reason: "STORE_REJECTED" }],
    letters: [letter, { stream: "ttlc:events", entryId: "150-0", reason: "STORE_REJECTED" }],
  };
  expect(verdict(over)).toEqual(clean);
});

it("finds a seqNo that falls back", () => {
  const back = raw(1, { id: "3-1", type: "WebcastLikeMessage", msgId: "m4" });
  const over = {
    raw: [...good.raw, back],
    events: [...good.events, handedOff(back)],
    stored: [...good.stored, stored(back)],
    rooms: new Map([["room", 3]]),
  };
  expect(verdict(over)).toEqual({ ...clean, disordered: 1 });
});

it("finds a later session that does not say what was missed before it", () => {
  const later = raw(4, { sessionId: "s2" });
  const gap = raw(5, { sessionId: "s2", type: "ttlc.Gap" });
  const with_ = (entries: RawSeen[]) => ({
    raw: [...good.raw, ...entries],
    events: [...good.events, ...entries.map((entry) => handedOff(entry))],
    stored: [...good.stored, ...entries.map(stored)],
    rooms: new Map([["room", 2 + entries.length]]),
  });
  expect(verdict(with_([later]))).toEqual({ ...clean, uncovered: 1 });
  expect(verdict(with_([later, gap]))).toEqual(clean);
});

it("lets messages be missing between two sessions, and not within one", () => {
  const later = [raw(8, { sessionId: "s2" }), raw(9, { sessionId: "s2", type: "ttlc.Gap" })];
  const over = {
    raw: [...good.raw, ...later],
    events: [...good.events, ...later.map((entry) => handedOff(entry))],
    stored: [...good.stored, ...later.map(stored)],
    rooms: new Map([["room", 4]]),
  };
  const sent = (...entries: RawSeen[]) => ({ ...over, sent: new Map([["room", entries]]) });
  expect(verdict(sent(raw(1), raw(2), raw(5), raw(6), raw(8), raw(10)))).toEqual(clean);
  expect(verdict(sent(raw(1), raw(5), raw(6), raw(2), raw(8)))).toEqual({ ...clean, uncovered: 2 });
});
