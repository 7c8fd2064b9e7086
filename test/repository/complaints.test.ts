import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const rows = readFileSync("docs/complaints.md", "utf8").matchAll(/`(test\/\S+\.test\.ts)`: ([^|]+?) \|$/gm);

it.each([...rows].map(([, file, title]) => [title as string, file as string]))(
  "docs/complaints.md names a test that there is: %s",
  (title, file) => {
    expect(readFileSync(file, "utf8")).toContain(`it("${title}`);
  },
);

it("docs/complaints.md answers ten", () => {
  expect(readFileSync("docs/complaints.md", "utf8").match(/^\| (?!complaint|---).*`test\//gm)).toHaveLength(10);
});
