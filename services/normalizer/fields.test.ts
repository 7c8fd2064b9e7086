import { describe, expect, it } from "vitest";
import { amount, clean, id, name, parts, pictureUrl, reference, someAmount, text } from "./fields.ts";

describe("text", () => {
  it.each([
    { what: "NUL", value: "a\0b", expected: "ab" },
    { what: "half a surrogate pair", value: "a\ud800b", expected: "a\ufffdb" },
    { what: "what follows a cut pair", value: "\udc00", expected: "\ufffd" },
    { what: "nothing", value: undefined, expected: "" },
    { what: "a bidi override, which the dashboard isolates", value: "\u202egnp.exe", expected: "\u202egnp.exe" },
    { what: "emoji", value: "👩‍🚀", expected: "👩‍🚀" },
  ])("reads $what", ({ value, expected }) => expect(text(value)).toBe(expected));

  it("is cut at 10,000 characters, a name at 512", () => {
    expect(text("x".repeat(100_000))).toHaveLength(10_000);
    expect(name("x".repeat(100_000))).toHaveLength(512);
  });

  it("is never cut within a character", () => {
    expect(name("👍".repeat(600))).toBe("👍".repeat(512));
    expect(name(`x${"👍".repeat(600)}`)).toBe(`x${"👍".repeat(511)}`);
  });

  it("leaves another kind of value for the schema to refuse", () => expect(text(5)).toBe(5));
});

it("cleans keys and texts alike", () => expect(clean("\0\ud800")).toBe("\ufffd"));

describe("amount", () => {
  it.each([
    [15, 15],
    ["15", 15],
    ["-1", -1],
    [undefined, 0],
    [null, 0],
    ["", 0],
    ["9007199254740991", Number.MAX_SAFE_INTEGER],
  ])("reads %j as %j", (value, expected) => expect(amount(value)).toBe(expected));

  it.each(["1.5", "1e3", "0x10", " 1", "one", true, {}, []])("reads %j as no number", (value) => {
    expect(amount(value)).toBeNaN();
  });

  it("may treat 0 as absent", () => {
    expect(someAmount("0")).toBeUndefined();
    expect(someAmount("1")).toBe(1);
  });
});

describe("id", () => {
  it.each([
    ["7281238501054696197", "7281238501054696197"],
    [5655, "5655"],
  ])("reads %j", (value, expected) => expect(id(value)).toBe(expected));

  it.each(["0", 0, "", "alice", "12a", "-5", "1".repeat(21), undefined, null, {}])("finds none in %j", (value) => {
    expect(id(value)).toBeUndefined();
  });
});

describe("reference", () => {
  it.each([
    ["MS4wLjABAAAA", "MS4wLjABAAAA"],
    [42, "42"],
  ])("reads %j", (value, expected) => expect(reference(value)).toBe(expected));

  it.each(["0", 0, "", undefined, null, {}, true])("finds none in %j", (value) => {
    expect(reference(value)).toBeUndefined();
  });
});

describe("pictureUrl", () => {
  it.each([
    { layout: "connector", image: { urlList: ["https://p16.tiktokcdn.com/rose.png?sig=1#x", "https://other/"] } },
    { layout: "Euler", image: { url: ["https://p16.tiktokcdn.com/rose.png?sig=1"] } },
    { layout: "Euler, other image", image: { mUrls: ["https://p16.tiktokcdn.com/rose.png"] } },
    { layout: "Euler, emote in a chat", image: { imageUrl: "https://user:pw@p16.tiktokcdn.com/rose.png" } },
  ])("is origin and path ($layout)", ({ image }) => {
    expect(pictureUrl(image)).toBe("https://p16.tiktokcdn.com/rose.png");
  });

  it.each(["javascript:alert(1)", "data:image/png;base64,AA", "rose.png", "", 5, undefined])(
    "is none for %j",
    (url) => {
      expect(pictureUrl({ urlList: [url] })).toBeUndefined();
    },
  );
});

it("takes no more of a list than an event may hold", () => {
  expect(parts(Array.from({ length: 500 }, () => ({})))).toHaveLength(100);
});
