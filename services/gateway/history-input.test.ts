import { describe, expect, it } from "vitest";
import { historyQuery } from "./history-input.ts";

describe("a question about history", () => {
  it("has its types apart", () => {
    expect(historyQuery({ types: "CHAT,GIFT", limit: 5 }, "whole")).toEqual({ types: ["CHAT", "GIFT"], limit: 5 });
  });

  it.each([
    [{ asOf: "1790000000000-5" }],
    [{ asOf: "2026-03-01T12:00:00Z" }],
    [{ from: "2026-03-01T12:00:00.123+02:00", to: "9999-12-31T23:59:59Z" }],
  ])("may be %j", (asked) => {
    expect(historyQuery(asked, "whole")).toEqual(asked);
  });

  it.each([
    ["from", "2026-13-01T00:00:00Z"],
    ["to", "2026-03-01T23:59:60Z"],
    ["from", "1790000000000-5"],
    ["asOf", "1790000000000-1048576"],
    ["asOf", "2026-03-01"],
    ["asOf", "now"],
  ])("may not have %s = %s", (field, value) => {
    const refused = expect.objectContaining({ code: 400, data: [{ field, message: expect.any(String) }] });
    expect(() => historyQuery({ [field]: value }, "whole")).toThrow(refused);
  });

  it.each([{ userId: "1" }, { q: "anna" }, { q: " @anna" }])("with %j is not for who sees no people", (asked) => {
    expect(() => historyQuery(asked, "masked")).toThrow(expect.objectContaining({ type: "PEOPLE_HIDDEN" }));
  });

  it("without a word is for all", () => {
    expect(historyQuery({ q: " ", minCoins: 1 }, "masked")).toEqual({ q: " ", minCoins: 1 });
  });
});
