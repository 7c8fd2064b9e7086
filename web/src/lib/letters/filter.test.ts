import { expect, it } from "vitest";
import type { LetterCause, LetterFilter } from "../../../../contracts/letters.ts";
import { aboutFilter, fromLocal, isEverything, lettersPath, ofAnyCause, readLetterFilter, toLocal } from "./filter.ts";

const read = (query: string) => readLetterFilter(new URLSearchParams(query));
const whole: LetterFilter = {
  stage: "normalizer",
  reason: "PARSE_ERROR",
  state: "new",
  cause: "0123456789abcdef",
  from: "2026-03-01T12:00:00.000Z",
  to: "2026-03-02T12:00:00.000Z",
};

it("is in the address, and read from there", () => {
  const path = lettersPath(whole);
  expect(readLetterFilter(new URL(path, "https://ttlc.test").searchParams)).toEqual(whole);
  expect(lettersPath({})).toBe("/app/ops/dlq");
  expect(lettersPath(ofAnyCause({ stage: "rules", cause: "0123456789abcdef" }))).toBe("/app/ops/dlq?stage=rules");
});

it.each([
  ["", {}],
  ["reason=BAD_LUCK&state=old&cause=XYZ&from=yesterday&colour=red", {}],
  ["stage=rules&reason=TRIMMED", { stage: "rules", reason: "TRIMMED" }],
  ["from=2026-03-01T12:00:00Z", { from: "2026-03-01T12:00:00.000Z" }],
])("%j reads as %o", (query, filter) => {
  expect(read(query)).toEqual(filter);
});

it("says what it means", () => {
  expect(aboutFilter({})).toBe("Every dead letter");
  expect(aboutFilter({ stage: "normalizer", reason: "PARSE_ERROR" })).toBe("Cannot be read · normalizer");
  const cause = { stage: "storage", reason: "STORE_REJECTED", error: "no field #" } as LetterCause;
  expect(aboutFilter({ cause: "0123456789abcdef", state: "new" }, cause)).toBe(
    "Postgres refuses it · storage · no field # · New",
  );
  const ofOne = { ...cause, stage: "forwarder", reason: "DELIVERY_FAILED", destination: "d", error: "it answered 404" };
  expect(aboutFilter({}, ofOne as LetterCause)).toBe("The destination refused it · forwarder · d · it answered 404");
  expect(isEverything({})).toBe(true);
  expect(isEverything(whole)).toBe(false);
});

it("has times to the minute, wherever the browser is", () => {
  expect(toLocal("2026-03-01T12:34:00.000Z")).toMatch(/^2026-0\d-\d\dT\d\d:\d4$/);
  expect(fromLocal(toLocal("2026-03-01T12:34:00.000Z"))).toBe("2026-03-01T12:34:00.000Z");
  expect(toLocal(undefined)).toBe("");
  expect(fromLocal("")).toBeUndefined();
});
