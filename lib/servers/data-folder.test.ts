import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { StartError } from "../errors.ts";
import { dataFolder } from "./data-folder.ts";

const dir = mkdtempSync(join(tmpdir(), "ttlc-data-"));
afterAll(() => rmSync(dir, { recursive: true }));

it("makes the folder within the data folder, which others may enter", async () => {
  const path = await dataFolder(join(dir, "data"), "redis", 0o700);
  expect(path).toBe(join(dir, "data", "redis"));
  expect([statSync(path).mode & 0o777, statSync(join(dir, "data")).mode & 0o500]).toEqual([0o700, 0o500]);
});

it("names the variable, the problem and what to do", async () => {
  const file = join(dir, "file");
  writeFileSync(file, "");
  const error = await dataFolder(file).catch((fault) => fault);
  expect(error).toBeInstanceOf(StartError);
  expect(error.message).toBe(
    `TTLC_DATA_DIR: ${file} cannot be used: it, or what is above it, is no folder (EEXIST). Set TTLC_DATA_DIR to a folder that this user can write to.`,
  );
});

it.skipIf(process.getuid?.() === 0)("refuses a folder that this user cannot write to", async () => {
  const closed = join(dir, "closed");
  mkdirSync(closed);
  chmodSync(closed, 0o500);
  await expect(dataFolder(closed)).rejects.toThrow("this user is not allowed to use it (EACCES)");
  await expect(dataFolder(closed, "redis")).rejects.toThrow("this user is not allowed to use it (EACCES)");
});
