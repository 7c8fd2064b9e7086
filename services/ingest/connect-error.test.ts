import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { ConnectError, type ConnectErrorCode, connectErrors } from "./connect-error.ts";

const codes = Object.keys(connectErrors) as ConnectErrorCode[];

it.each(codes)("docs/errors.md explains %s", (code) => {
  expect(readFileSync("docs/errors.md", "utf8")).toContain(`\n| ${code} |`);
});

it.each(codes)("%s says in one sentence what is wrong", (code) => {
  const { message } = new ConnectError(code);
  expect(message).toMatch(/^(?:[a-z]|TikTok|Euler)[^.]*[^.\s]$/);
  expect(message.length).toBeLessThan(200);
});

it.each(codes.filter((code) => connectErrors[code].next === "stop"))(
  "%s, which ends it all, says what to do",
  (code) => {
    expect(connectErrors[code].says).toMatch(/: (check|renew|set)|, which has/);
  },
);
