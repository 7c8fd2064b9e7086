import { expect, it } from "vitest";
import { parcels } from "./letter-parcels.ts";
import { takerOf } from "./letter-taker.ts";

const raw = { stage: "normalizer", reason: "PARSE_ERROR", stream: "ttlc:raw", group: "normalizer" } as const;
const events = { stage: "storage", reason: "STORE_REJECTED", stream: "ttlc:events", group: "storage" } as const;
const none = { stream: null, group: null } as const;

it.each([
  ["what the normalizer could not read, ingest", raw, { service: "ingest" }],
  ["what storage could not store, storage", events, { service: "storage" }],
  ["a delivery, the forwarder", { ...none, stage: "forwarder", reason: "DELIVERY_FAILED" }, { service: "forwarder" }],
  ["what rules gave up, rules", { ...events, stage: "rules", group: "rules" }, { service: "rules" }],
  ["what was trimmed, nobody", { ...raw, reason: "TRIMMED" }, { error: expect.stringContaining("gone") }],
  ["what ingest refused, nobody", { ...none, stage: "ingest", reason: "SCHEMA_ERROR" }, { error: expect.any(String) }],
  ["what a stranger wrote, nobody", { ...none, stage: "$node", reason: "PARSE_ERROR" }, { error: expect.any(String) }],
] as const)("is taken back: %s", (_what, letter, taker) => {
  expect(takerOf(letter)).toEqual(taker);
});

it("keeps the order, and what each service takes apart", () => {
  const letters = [raw, events, raw].map((letter, i) => ({ ...letter, position: String(i), bytes: 10 }));
  expect(parcels(letters, takerOf)).toEqual([
    { taker: { service: "ingest" }, positions: ["0", "2"] },
    { taker: { service: "storage" }, positions: ["1"] },
  ]);
});

it("is about a megabyte, a larger letter alone", () => {
  const sizes = [600_000, 400_000, 100_000, 5_000_000, 10];
  const letters = sizes.map((bytes, i) => ({ ...raw, position: String(i), bytes }));
  expect(parcels(letters, takerOf).map(({ positions }) => positions)).toEqual([["0", "1"], ["2"], ["3"], ["4"]]);
});
