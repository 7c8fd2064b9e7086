import { globSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { sharedRows } from "../support/shared-data.ts";

/** They are prose: a test that shows one has its id in its name. */
const rows = sharedRows<{ id: string; input: string }>("webhook_inputs.json");

it.skipIf(rows.length === 0)("every row of webhook_inputs.json is shown by a test that names it", () => {
  const tests = globSync(["lib/**/*.test.ts", "services/**/*.test.ts", "test/{integration,faults}/**/*.test.ts"]);
  const all = tests.map((file) => readFileSync(file, "utf8")).join("");
  expect(rows.filter(({ id }) => !all.includes(`(${id})`))).toEqual([]);
});
