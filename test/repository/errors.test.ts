import { globSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

/** What answers a request: the gateway, and what it calls. Errors of the pipeline's own have tables of their own. */
const sources = globSync("{services,lib,mixins}/**/*.ts")
  .filter((file) => !file.endsWith(".test.ts"))
  .map((file) => readFileSync(file, "utf8"));

/** Calls that make an error for a client, with its status where the text names it there. */
const made: readonly RegExp[] = [
  /new ApiError\(\s*(?<status>\d{3}),\s*"(?<code>\w+)"/g,
  /new Errors\.MoleculerClientError\((?:[^"`]|"[^"]*"|`[^`]*`)*?,\s*(?<status>4\d\d),\s*"(?<code>\w+)"/g,
  /\brefusal\(\s*(?<status>4\d\d),\s*"(?<code>\w+)"/g,
  /super\((?:[^"`)]|"[^"]*"|`[^`]*`)*?,\s*(?<status>4\d\d),\s*"(?<code>\w+)"/g,
  /new Errors\.ValidationError\(\s*(?:"[^"]*"|`[^`]*`),\s*"(?<code>\w+)"/g,
];

/** Functions that make an ApiError of a status, with the code they are given or one of their own. */
const maker =
  /(?:const|function) (?<name>\w+)(?: = )?\(code: string[^{;]*?new ApiError\(\s*(?<status>\d{3}),\s*code\b/g;

/** `status code` of every error that a client can be answered. */
function thrown(): Set<string> {
  const found = new Set<string>();
  for (const text of sources) {
    for (const pattern of made) {
      for (const { groups } of text.matchAll(pattern)) found.add(`${groups?.status ?? 400} ${groups?.code}`);
    }
    for (const { groups } of text.matchAll(maker)) {
      for (const [, code] of text.matchAll(new RegExp(`\\b${groups?.name}\\(\\s*"(\\w+)"`, "g"))) {
        found.add(`${groups?.status} ${code}`);
      }
    }
  }
  for (const inside of ["422 POISON_MESSAGE"]) found.delete(inside);
  return found;
}

/** The same of the table in docs/errors.md. */
function explained(): string[] {
  const [, table = ""] = /^## Answers of the API\n([\s\S]*?)^## /m.exec(readFileSync("docs/errors.md", "utf8")) ?? [];
  return [...table.matchAll(/^\| ([A-Z_]+) \| (\d{3}) \|/gm)].map(([, code, status]) => `${status} ${code}`);
}

it("docs/errors.md explains each error that a client can be answered, and no other", () => {
  expect(thrown().size).toBeGreaterThan(20);
  expect(explained().sort()).toEqual([...thrown()].sort());
});

it("explains each once", () => {
  expect(new Set(explained()).size).toBe(explained().length);
});
