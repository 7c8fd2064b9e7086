import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { alone, FileLock } from "./file-lock.ts";

const dir = mkdtempSync(join(tmpdir(), "ttlc-lock-"));
afterAll(() => rmSync(dir, { recursive: true }));
let files = 0;
const newFile = () => join(dir, `lock-${files++}`);

it("many may hold it shared, and then nobody alone", () => {
  const file = newFile();
  const [a, b, c] = [new FileLock(file), new FileLock(file), new FileLock(file)];
  expect([a.tryShared(), b.tryShared(), c.tryAlone()]).toEqual([true, true, false]);
  a.release();
  b.close();
  expect(c.tryAlone()).toBe(true);
  a.close();
  c.close();
});

it("is let go of when its holder is killed", async () => {
  const file = newFile();
  const script = join(dir, "holder.mjs");
  const source = new URL("file-lock.ts", import.meta.url).href;
  writeFileSync(
    script,
    `import { FileLock } from ${JSON.stringify(source)}; new FileLock(process.argv[2]).tryAlone(); process.send("held"); setInterval(() => {}, 1000);`,
  );
  const holder = fork(script, [file], { execArgv: [] });
  await once(holder, "message");
  const lock = new FileLock(file);
  expect(lock.tryShared()).toBe(false);
  holder.kill("SIGKILL");
  await once(holder, "exit");
  expect(lock.tryShared()).toBe(true);
  lock.close();
});

it("lets tasks run one after the other, also when one fails", async () => {
  const file = newFile();
  let running = 0;
  const task = async () => {
    expect(++running).toBe(1);
    await new Promise(setImmediate);
    running--;
    throw new Error("failed");
  };
  const outcomes = await Promise.allSettled([alone(file, task), alone(file, task), alone(file, task)]);
  expect(outcomes.map((outcome) => outcome.status === "rejected" && outcome.reason.message)).toEqual(
    Array(3).fill("failed"),
  );
});
