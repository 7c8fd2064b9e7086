import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { makeFolders } from "./make-folders.ts";

const dir = mkdtempSync(join(tmpdir(), "ttlc-folders-"));
afterAll(() => rmSync(dir, { recursive: true }));
const modeOf = (path: string) => statSync(path).mode & 0o777;

it("makes what is missing, the mode for the last only, and leaves what is there", async () => {
  const path = join(dir, "a", "b", "c");
  await makeFolders(path, 0o700);
  await makeFolders(path, 0o755);
  expect([modeOf(path), modeOf(join(dir, "a", "b")) & 0o700]).toEqual([0o700, 0o700]);
  expect(modeOf(join(dir, "a", "b"))).not.toBe(modeOf(path));
});

it("takes several that make the same at the same time", async () => {
  const path = join(dir, "shared", "by", "many");
  await Promise.all(Array.from({ length: 5 }, () => makeFolders(path)));
  expect(statSync(path).isDirectory()).toBe(true);
});

it.each([
  ["a file", "file", "EEXIST"],
  ["below a file", "file/below/it", "EEXIST"],
  ["a link to nowhere", "nowhere", "EEXIST"],
  ["below a link to nowhere", "nowhere/below", "EEXIST"],
])("refuses %s", async (_what, name, code) => {
  writeFileSync(join(dir, "file"), "");
  rmSync(join(dir, "nowhere"), { force: true });
  symlinkSync(join(dir, "gone", "away"), join(dir, "nowhere"));
  await expect(makeFolders(join(dir, name))).rejects.toMatchObject({ code });
});

it.runIf(process.platform === "linux")("refuses where nothing can be made, instead of trying for ever", async () => {
  await expect(makeFolders("/proc/ttlc/data")).rejects.toMatchObject({ code: "ENOENT" });
});
