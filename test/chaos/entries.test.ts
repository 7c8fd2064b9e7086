import { expect, it } from "vitest";
import { PoisonMessageError } from "../../lib/errors.ts";
import { decode } from "../../mixins/streams/codec.ts";
import { normalize } from "../../services/normalizer/normalize.ts";
import { Random } from "../../simulator/random.ts";
import { type EntryFields, eventPoisonEntry, goodEntry, poisonEntry, poisonOf, poisons } from "./entries.ts";

const now = new Date("2026-11-20T05:00:00.000Z");

function refusal(task: () => unknown): string | undefined {
  try {
    task();
    return undefined;
  } catch (error) {
    if (error instanceof PoisonMessageError) return error.reason;
    throw error;
  }
}

const ofRaw = (fields: EntryFields) => refusal(() => normalize(decode("ttlc:raw", Object.entries(fields).flat()), now));

it.each(poisons.map(([reason, spoil], i) => ({ reason, i, spoil: JSON.stringify(spoil).slice(0, 60) })))(
  "poison $i is refused as $reason: $spoil",
  ({ reason, i }) => {
    const entry = poisonEntry(i, "direct", i, now);
    expect(ofRaw(entry)).toBe(reason === "STORE_REJECTED" ? undefined : reason);
    expect(poisonOf(entry.msgId)).toBe(reason);
  },
);

it.each([0, 1, 2])("poison %i of ttlc:events is refused by storage's decoder", (i) => {
  const entry = eventPoisonEntry(i);
  expect(refusal(() => decode("ttlc:events", Object.entries(entry).flat()))).toBe(poisonOf(entry.msgId));
});

it("the other entries pass, odd ones too", () => {
  const random = new Random("entries");
  for (let i = 0; i < 500; i++) {
    const entry = goodEntry(random, "direct", i, now);
    expect(ofRaw(entry)).toBeUndefined();
    expect(poisonOf(entry.msgId)).toBeUndefined();
  }
});
