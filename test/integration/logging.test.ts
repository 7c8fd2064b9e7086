import { execFileSync } from "node:child_process";
import { beforeAll, describe, expect, it } from "vitest";

/** What a whole broker process prints. */
function output(format: "json" | "text"): string {
  return execFileSync("node_modules/.bin/node", ["test/integration/processes/logging-broker.ts"], {
    encoding: "utf8",
    env: { LOG_FORMAT: format, LOG_LEVEL: "debug", EULER_API_KEY: "CANARY0-of-euler", NO_COLOR: "1" },
  });
}

interface Line {
  level: string;
  time: string;
  msg: string;
  mod: string;
  requestID?: string;
  err?: { message: string; stack: string; code?: string; cause?: { message: string; stack: string } };
  [field: string]: unknown;
}

describe("JSON logs of a broker", () => {
  let text: string;
  let lines: Line[];
  const find = (start: string) => lines.find(({ msg }) => msg.startsWith(start));

  beforeAll(() => {
    text = output("json");
    lines = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  });

  it("are JSON, every line, with level, ISO time and module", () => {
    for (const line of lines) {
      expect(line).toMatchObject({ level: expect.any(String), mod: expect.any(String), nodeID: expect.any(String) });
      expect(new Date(line.time).toISOString()).toBe(line.time);
    }
  });

  it("hold no secret", () => {
    expect(text.match(/CANARY\d/g)).toBeNull();
  });

  it.each(["console style", "failed", "connect to", "call failed"])("keep the stack of the error in %j", (start) => {
    expect(find(start)?.err?.stack).toContain("logging-broker.ts");
  });

  it("keep an error's cause and code", () => {
    expect(find("failed")?.err?.cause?.message).toBe("and its cause");
    expect(find("bad answer")?.err?.code).toBe("E_KEY");
  });

  it("name the request in lines of its action and of the events it emits, and only there", () => {
    expect(find("object")?.requestID).toBe("req-42");
    expect(find("event handled")?.requestID).toBe("req-42");
    expect(find("outside any call")?.requestID).toBeUndefined();
  });

  it("keep a text with line breaks in one line, as it was", () => {
    expect(find("line\nbreak")).toMatchObject({ level: "info", msg: 'line\nbreak {"level":60} \u001b[2J 100%' });
  });
});

describe("text logs of a broker", () => {
  it("hold no secret, keep stacks and cannot be forged", () => {
    const text = output("text");
    expect(text.match(/CANARY\d/g)).toBeNull();
    expect(text).toMatch(/ERROR logtest {4}console style .*\n {4}Error: lost without the hook\n {8}at /);
    expect(text).toContain('line\\x0abreak {"level":60} \\x1b[2J 100%');
  });
});
