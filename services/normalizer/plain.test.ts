import { describe, expect, it } from "vitest";
import { plain } from "./plain.ts";

const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);

describe("plain", () => {
  it.each([
    { what: "bytes in base64", value: { a: Buffer.from("hi") }, expected: { a: "aGk=" } },
    {
      what: "64-bit integers as they are",
      value: { a: "7301234567890123456" },
      expected: { a: "7301234567890123456" },
    },
    { what: "nothing undefined", value: { a: undefined, b: 1 }, expected: { b: 1 } },
    { what: "nothing that JSON has no number for", value: { a: Number.NaN, b: 1 }, expected: { b: 1 } },
    { what: "places in lists", value: [undefined, 1], expected: [null, 1] },
    { what: "clean keys and texts", value: { "a\0": "b\ud800" }, expected: { a: "b\ufffd" } },
    {
      what: "what is false or empty",
      value: { a: false, b: "", c: 0, d: [] },
      expected: { a: false, b: "", c: 0, d: [] },
    },
  ])("has $what", ({ value, expected }) => expect(plain(value, false)).toStrictEqual(expected));

  it("has no key __proto__, however it came in", () => {
    const copy = plain(JSON.parse('{"__proto__":{"admin":true},"a":{"__proto__":{"admin":true}}}'), false) as object;
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect(Object.getOwnPropertyNames(copy)).toEqual(["a"]);
    expect(JSON.stringify(copy)).toBe('{"a":{}}');
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it("takes `constructor` for a name like any other", () => {
    expect(Object.keys(plain({ constructor: { prototype: 1 } }, false) as object)).toEqual(["constructor"]);
  });

  it("nests as deep as readers of events take, and no deeper", () => {
    expect(() => plain(nested(62), false)).not.toThrow();
    expect(() => plain(nested(63), false)).toThrow("data nests deeper than 62 levels");
  });
});

describe("plain protobuf", () => {
  it("leaves out what the decoder filled in", () => {
    const message = { a: "", b: "0", c: 0, d: false, e: [], f: Buffer.alloc(0), g: "x" };
    expect(plain(message, true)).toEqual({ g: "x" });
  });

  it("keeps the length of lists and messages that are there but empty", () => {
    expect(plain({ a: ["0", ""], b: {} }, true)).toEqual({ a: ["0", ""], b: {} });
  });
});
