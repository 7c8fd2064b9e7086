import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { readConfig } from "./config.ts";
import { foldArguments, logLevel, textLine } from "./logging.ts";

describe("foldArguments brings every form into (fields, message)", () => {
  const err = new Error("why");

  it.each([
    [["plain"], {}, "plain"],
    [[{ streamId: "7" }, "published"], { streamId: "7" }, "published"],
    [[{ streamId: "7" }, "published %d", 3], { streamId: "7" }, "published 3"],
    [["text", err], { err }, "text"],
    [[err], { err }, "why"],
    [[err, "text"], { err }, "text"],
    [[{ err }], { err }, "why"],
    [["Invalid packet. Type:", "REQ", err], { err }, "Invalid packet. Type: REQ"],
    [["two", { a: 1 }], { a: 1 }, "two"],
    [["list", [1, 2]], { data: [1, 2] }, "list"],
    [["rest", "x", 5], {}, "rest x 5"],
    [["with %s", "x"], {}, "with x"],
    [["100% sure", { a: 1 }], { a: 1 }, "100% sure"],
    [[undefined], {}, "undefined"],
    [["null", null], {}, "null"],
    [[[1]], { data: [1] }, ""],
  ])("%j", (args, fields, message) => {
    expect(foldArguments(args)).toEqual({ fields, message });
  });
});

describe("textLine", () => {
  const line = (fields: Record<string, unknown>, message = "said") =>
    stripVTControlCharacters(textLine(new Date(2026, 0, 1, 9, 5, 7), "info", "INGEST", { fields, message }));

  it("shows time, level, module, message and fields", () => {
    expect(line({ streamId: "7", reason: "not live", list: [1], requestID: undefined })).toBe(
      '09:05:07 INFO  ingest     said streamId=7 reason="not live" list=[1]\n',
    );
  });

  it("puts an error's stack and its cause below", () => {
    const err = { message: "why", stack: "Error: why\n    at x.ts:1", cause: { message: "deeper" } };
    expect(line({ err })).toBe(
      "09:05:07 INFO  ingest     said\n    Error: why\n        at x.ts:1\n    caused by\n    deeper\n",
    );
  });

  it("lets no text from outside forge a line or move the cursor", () => {
    expect(line({ nick: "a\nb" }, "x\u001b[2J\ny")).toBe('09:05:07 INFO  ingest     x\\x1b[2J\\x0ay nick="a\\nb"\n');
  });
});

describe("logLevel", () => {
  it("quietens Moleculer's own modules in text", () => {
    expect(logLevel(readConfig({}))).toMatchObject({ BROKER: "warn", "**": "info" });
  });

  it("hides nothing from a person who asks for more, nor from JSON", () => {
    expect(logLevel(readConfig({ LOG_LEVEL: "debug" }))).toBe("debug");
    expect(logLevel(readConfig({ LOG_FORMAT: "json" }))).toBe("info");
  });
});
