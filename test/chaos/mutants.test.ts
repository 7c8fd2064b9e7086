import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { mutants, mutate } from "./mutants.ts";

const patches = mutants.flatMap(({ name, patches }) => patches.map((patch) => ({ name, patch, file: patch.file })));

it.each(patches)("$name still finds its text in $file", ({ name, patch, file }) => {
  const source = readFileSync(file, "utf8");
  expect(mutate(source, patch, name)).not.toBe(source);
});

it("fails loudly where the text is gone or not the only one", () => {
  const patch = { file: "a.ts", find: "one", replace: "two" };
  expect(() => mutate("nil", patch, "m")).toThrow("mutant m: its text is 0 times in a.ts");
  expect(() => mutate("one one", patch, "m")).toThrow("2 times");
});
