import { expect, it } from "vitest";
import { pendingMigrations } from "./migrate.ts";

const files = ["0001_one.sql", "0002_two.sql"].map((name) => ({ name, checksum: `of ${name}`, text: "" }));
const applied = (name: string) => ({ name, checksum: `of ${name}` });

it("applies all to an empty database, in order", () => {
  expect(pendingMigrations(files, [])).toEqual(files);
});

it("applies only what is missing", () => {
  expect(pendingMigrations(files, [applied("0001_one.sql")])).toEqual([files[1]]);
});

it("refuses a file that was edited after it was applied", () => {
  expect(() => pendingMigrations(files, [{ name: "0001_one.sql", checksum: "other" }])).toThrow(
    /0001_one\.sql was edited/,
  );
});

it("refuses a database that is newer than this code", () => {
  expect(() => pendingMigrations(files.slice(0, 1), [applied("0001_one.sql"), applied("0002_two.sql")])).toThrow(
    /0002_two\.sql, which is newer/,
  );
});
