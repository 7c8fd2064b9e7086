import { expect, it } from "vitest";
import { weekOf } from "./weeks.ts";

it.each([
  ["2026-03-02T00:00:00.000Z", "2026-03-02"],
  ["2026-03-08T23:59:59.999Z", "2026-03-02"],
  ["2026-03-09T00:00:00.000Z", "2026-03-09"],
  ["2016-01-01T00:00:00.000Z", "2015-12-28"],
  ["1970-01-01T00:00:00.000Z", "1969-12-29"],
])("%s is in the week of Monday %s", (instant, monday) => {
  expect(new Date(weekOf(Date.parse(instant))).toISOString()).toBe(`${monday}T00:00:00.000Z`);
});
