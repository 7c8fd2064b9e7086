import { expect, it } from "vitest";
import { isOutage, PoisonMessageError } from "../../lib/errors.ts";
import { isConflict, isMissingWeek, sqlState, storeFault } from "./faults.ts";

const postgresError = (code: string, more: object = {}) => Object.assign(new Error("secret detail"), { code, ...more });

it.each([
  ["NUL in a text", "22P05"],
  ["a null where none may be", "23502"],
  ["nesting too deep", "54001"],
])("gives up a single event for %s", (_case, code) => {
  const fault = storeFault(postgresError(code), 1);
  expect(fault).toBeInstanceOf(PoisonMessageError);
  expect(fault).toMatchObject({ reason: "STORE_REJECTED", message: `Postgres refuses the event (SQLSTATE ${code})` });
});

it("has a batch searched for the bad event", () => {
  const fault = storeFault(postgresError("22P05"), 200);
  expect(fault).not.toBeInstanceOf(PoisonMessageError);
  expect(isOutage(fault)).toBe(false);
});

it("does not repeat what Postgres says of the data", () => {
  expect(JSON.stringify(storeFault(postgresError("23514", { constraint: "events_seq_no_check" }), 1))).not.toContain(
    "secret",
  );
});

it.each(["08006", "22P03", "22P04", "40P01", "42501", "53100", "55P03", "57P01", "ECONNRESET", undefined])(
  "waits out %s",
  (code) => {
    expect(isOutage(storeFault(Object.assign(new Error("gone"), { code }), 1))).toBe(true);
  },
);

it("waits for a week that was dropped, but not for a broken rule", () => {
  expect(isMissingWeek(postgresError("23514"))).toBe(true);
  expect(isOutage(storeFault(postgresError("23514"), 1))).toBe(true);
  expect(isMissingWeek(postgresError("23514", { constraint: "events_seq_no_check" }))).toBe(false);
});

it("leaves mistakes of our own as they are", () => {
  const mistake = new TypeError("x is not a function");
  expect(storeFault(mistake, 1)).toBe(mistake);
});

it("tries a deadlock and a serialization failure again", () => {
  expect(["40P01", "40001", "40002"].map((code) => isConflict(postgresError(code)))).toEqual([true, true, false]);
});

it("knows an SQLSTATE from an errno", () => {
  expect([postgresError("22P05"), postgresError("EPIPE"), new Error()].map(sqlState)).toEqual([
    "22P05",
    undefined,
    undefined,
  ]);
});
