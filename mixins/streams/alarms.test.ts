import { expect, it } from "vitest";
import { alarmsOf } from "./alarms.ts";
import { type StreamSurvey, survey } from "./survey.ts";

const now = 1_800_000_000_000;
const ago = (seconds: number) => `${now - seconds * 1000}-0`;

/** A stream whose group `storage` has read 10 of the entries that came and acknowledged them all. */
const events = (changes: { length?: number; pending?: string; waiting?: string; read?: null } = {}) => {
  const { length = 100, pending = null, waiting = null, read = 10 } = changes;
  return survey("ttlc:events", [now, length, 100, 0, 0, ["storage", 0, ago(1), read, 0, pending, waiting]]);
};
const letters = (young: number): StreamSurvey => survey("ttlc:dlq", [now, young, young, 0, young]);

it.each([
  ["nothing for a group that is through", events(), []],
  ["nothing for an entry of a moment ago", events({ waiting: ago(9) }), []],
  ["an entry that waits for delivery", events({ waiting: ago(11) }), ["storage is 11 s behind on ttlc:events"]],
  ["an entry that is not acknowledged", events({ pending: ago(12) }), ["storage is 12 s behind on ttlc:events"]],
  ["entries removed unread (C2b)", events({ length: 50 }), ["storage lost 40 entries of ttlc:events"]],
  ["nothing when what was removed was read", events({ length: 90 }), []],
  ["nothing when Redis cannot tell what was read", events({ length: 50, read: null }), []],
  ["nothing for a few dead letters", letters(10), []],
  ["many dead letters", letters(11), ["ttlc:dlq took 11 in 5 minutes"]],
  ["very many dead letters", letters(100), ["ttlc:dlq took 100 or more in 5 minutes"]],
])("raises %s", (_what, facts, texts) => {
  expect(alarmsOf([facts]).map(({ text }) => text)).toEqual(texts);
});

it("counts everything removed as lost to a group that never read", () => {
  const group = ["storage", 0, "0-0", null, null, null, null] as const;
  expect(survey("ttlc:events", [now, 60, 100, 0, 0, [...group]]).groups[0]?.trimmedUnacked).toBe(40);
});

it("leaves out live tails, which hold nothing back", () => {
  const tail = ["api:node", 0, "0-0", null, null, null, ago(99)] as const;
  expect(survey("ttlc:events", [now, 60, 100, 0, 0, [...tail]]).groups).toEqual([]);
});

it("calls nothing lost to a group that finds in Postgres what was trimmed before it had it", () => {
  const group = ["forwarder", 0, ago(1), 10, 0, null, null] as const;
  expect(alarmsOf([survey("ttlc:events", [now, 50, 100, 0, 0, [...group]])])).toEqual([]);
});
