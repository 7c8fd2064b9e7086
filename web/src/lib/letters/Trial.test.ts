import { render, screen } from "@testing-library/svelte";
import { expect, it } from "vitest";
import type { LetterTrial } from "../../../../contracts/letters.ts";
import Trial from "./Trial.svelte";

const nothing = { reason: null, error: null, before: null, after: null, rules: [], changes: [] };
const show = (trial: Partial<LetterTrial> & Pick<LetterTrial, "outcome">) =>
  render(Trial, { trial: { ...nothing, ...trial } });
const cells = () => screen.getAllByRole("row").map((row) => [...row.children].map((cell) => cell.textContent));

it("shows what would change in what is stored", () => {
  show({
    outcome: "stored",
    before: { seqNo: 1 },
    after: { seqNo: 1 },
    changes: [
      { path: "payload.coins", before: 1, after: "1" },
      { path: "payload.giftName", before: "Rose", after: null },
    ],
  });
  expect(cells()).toEqual([
    ["Field", "Stored now", "After a redrive"],
    ["payload.coins", "1", '"1"'],
    ["payload.giftName", '"Rose"', "–"],
  ]);
});

it("shows the event that it would be, where there is none", () => {
  show({ outcome: "stored", after: { seqNo: 1 }, changes: [{ path: "seqNo", before: null, after: 1 }] });
  screen.getByText(/^Nothing is stored under its id/);
  expect(cells()).toEqual([
    ["Field", "After a redrive"],
    ["seqNo", "1"],
  ]);
});

it.each([
  ["refused", "SCHEMA_ERROR", "no field", "Breaks the contract: no field"],
  ["unknown", null, "only rules can tell, by trying", "only rules can tell, by trying"],
  ["impossible", null, "nothing is left", "nothing is left"],
] as const)("says why it is %s", (outcome, reason, error, words) => {
  show({ outcome, reason, error });
  screen.getByText(words);
  expect(screen.queryByRole("table")).toBeNull();
});
