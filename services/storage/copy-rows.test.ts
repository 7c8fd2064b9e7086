import { describe, expect, it } from "vitest";
import { copyRows } from "./copy-rows.ts";

const HEAD = `${Buffer.from("PGCOPY\n").toString("hex")}ff0d0a00${"00".repeat(8)}`;
const TRAILER = "ffff";

/** The one value of a row of one column: its length and its bytes, in hex. */
function field(type: "text" | "timestamptz" | "bigint" | "uuid" | "boolean" | "jsonb" | "base64", value: unknown) {
  const hex = copyRows({ value: type }, [{ value }]).toString("hex");
  expect(hex.startsWith(`${HEAD}0001`)).toBe(true);
  expect(hex.endsWith(TRAILER)).toBe(true);
  return hex.slice(HEAD.length + 4, -TRAILER.length);
}

const utf8 = (text: string) => Buffer.from(text).toString("hex");
const code = (task: () => unknown) => {
  try {
    task();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
};

describe("the binary format of COPY", () => {
  it("has a header, rows of fields, and a trailer", () => {
    const rows = [
      { a: "x", b: true },
      { a: null, b: false },
    ];
    expect(copyRows({ a: "text", b: "boolean" }, rows).toString("hex")).toBe(
      `${HEAD}0002${"00000001"}78${"00000001"}01${"0002"}ffffffff${"00000001"}00${TRAILER}`,
    );
    expect(copyRows<{ a: string }>({ a: "text" }, []).toString("hex")).toBe(HEAD + TRAILER);
  });

  it.each([
    ["text", "", "00000000"],
    ["text", "é", "00000002c3a9"],
    ["text", "a\0", "000000026100"],
    ["text", "😀".repeat(10), `00000028${"f09f9880".repeat(10)}`],
    ["text", "\ud83d", "00000001ff"],
    ["text", undefined, "ffffffff"],
    ["timestamptz", "2000-01-01T00:00:00.000Z", "000000080000000000000000"],
    ["timestamptz", "2000-01-01T00:00:00.001Z", "0000000800000000000003e8"],
    ["timestamptz", "1999-12-31T23:59:59.999Z", "00000008fffffffffffffc18"],
    ["timestamptz", "9999-12-31T23:59:59.999Z", "000000080380e70b913b7c18"],
    ["timestamptz", "0001-01-01T00:00:00.000Z", "00000008ff1fe2ffc59c6000"],
    ["bigint", 9_007_199_254_740_991, "00000008001fffffffffffff"],
    ["bigint", -1, "00000008ffffffffffffffff"],
    ["bigint", "9223372036854775807", "000000087fffffffffffffff"],
    ["bigint", "-5", "00000008fffffffffffffffb"],
    ["bigint", "-9223372036854775808", "000000088000000000000000"],
    ["uuid", "00000000-0000-4000-8000-0000000000aB", "00000010000000000000400080000000000000ab"],
    ["jsonb", { a: "\ud83d é" }, `00000012${"01"}${utf8('{"a":"\\ud83d é"}')}`],
    ["base64", "AAECAw==", "0000000400010203"],
    ["base64", "", "00000000"],
  ] as const)("writes a %s, %j", (type, value, expected) => {
    expect(field(type, value)).toBe(expected);
  });

  it.each([
    ["timestamptz", "+010000-01-01T00:59:59.000Z", "22008"],
    ["timestamptz", "0000-12-31T23:59:59.999Z", "22008"],
    ["timestamptz", "not an instant, in length", "22008"],
    ["bigint", "9223372036854775808", "22003"],
    ["bigint", "-9223372036854775809", "22003"],
    ["bigint", "1e3", "22P02"],
    ["bigint", "0x10", "22P02"],
    ["bigint", "", "22P02"],
    ["uuid", "0".repeat(36), "22P02"],
    ["timestamptz", "Thu Jan 01 2026 00:00:00", "22008"],
    ["uuid", "00000000-0000-4000-8000-00000000000g", "22P02"],
    ["uuid", "urn:uuid:00000000-0000-4000-8000-000000000000", "22P02"],
  ] as const)("refuses a %s, %j, as Postgres would", (type, value, expected) => {
    expect(code(() => field(type, value))).toBe(expected);
  });

  it("does not change with what was written before, of whatever size", () => {
    const large = copyRows({ a: "text" }, [{ a: "é".repeat(3_000_000) }]);
    expect(large.length).toBe(HEAD.length / 2 + 2 + 4 + 6_000_000 + 2);
    const kept = copyRows({ a: "text" }, [{ a: "kept" }]);
    copyRows({ a: "text" }, [{ a: "other" }]);
    expect(kept.toString("hex")).toBe(`${HEAD}000100000004${utf8("kept")}${TRAILER}`);
  });
});
