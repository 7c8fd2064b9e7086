import { describe, expect, it } from "vitest";
import { encodingOf } from "./decode.ts";

describe("encodingOf", () => {
  it.each([
    ["{}", "json"],
    ["[1]", "json"],
    ['"text"', "json"],
    ["null", "json"],
    ["CAE=", "base64"],
    ["nullCAE=", "base64"],
  ])("takes %j for %s", (data, expected) => expect(encodingOf(data, undefined)).toBe(expected));

  it("believes the envelope", () => expect(encodingOf("{}", "canonical")).toBe("canonical"));

  it("knows no data without encoding from an empty message", () => {
    expect(encodingOf("", undefined)).toBeUndefined();
    expect(encodingOf("", "base64")).toBe("base64");
  });
});
