import { describe, expect, it } from "vitest";
import { filterOf } from "./event-question.ts";

describe("a question about events", () => {
  it("has its types apart", () => {
    expect(filterOf({ types: "CHAT,GIFT", limit: 5 }, "whole")).toEqual({ types: ["CHAT", "GIFT"], limit: 5 });
  });

  it.each([
    [{ asOf: "1790000000000-5" }],
    [{ asOf: "2026-03-01T12:00:00Z" }],
    [{ from: "2026-03-01T12:00:00.123+02:00", to: "9999-12-31T23:59:59Z" }],
  ])("may be %j", (asked) => {
    expect(filterOf(asked, "whole")).toEqual(asked);
  });

  it.each([
    ["asOf", { asOf: "1790000000000-1048576" }],
    ["asOf", { asOf: "2026-03-01" }],
    ["asOf", { asOf: "2026-02-30T00:00:00Z" }],
    ["to", { from: "2026-03-01T12:00:00Z", to: "2026-03-01T12:00:00Z" }],
    ["to", { from: "2026-03-01T12:00:00Z", to: "2026-03-01T13:30:00+02:00" }],
  ])("may not have the %s of %j", (field, asked) => {
    const refused = expect.objectContaining({ code: 400, data: [{ field, message: expect.any(String) }] });
    expect(() => filterOf(asked, "whole")).toThrow(refused);
  });

  it.each([{ userId: "1" }, { q: "anna" }, { q: " @anna" }])("with %j is not for who sees no people", (asked) => {
    expect(() => filterOf(asked, "masked")).toThrow(expect.objectContaining({ type: "PEOPLE_HIDDEN" }));
  });

  it("without a word is for all", () => {
    expect(filterOf({ q: " ", minCoins: 1 }, "masked")).toEqual({ q: " ", minCoins: 1 });
  });
});
