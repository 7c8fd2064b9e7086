import { appendFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type Budget, Spool, SpoolFullError } from "../../services/ingest/spool.ts";
import type { Spooled } from "../../services/ingest/spool-frames.ts";
import { fillDisk, itWithDisk, mountDisk } from "../support/disk.ts";
import { temporaryFolder } from "../support/temporary.ts";

const message = (n: number, notes?: Spooled["notes"]): Spooled => ({
  entry: { streamId: "7300", type: "WebcastChatMessage", data: "x".repeat(1_000) } as Spooled["entry"],
  key: `WebcastChatMessage|${n}`,
  windowMs: 0,
  attempt: `a:${n}`,
  ...(notes && { notes }),
});
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => message(from + i));
const ids = (messages: readonly Spooled[]) => messages.map(({ attempt }) => Number(attempt.slice(2)));
const budget = (max = 64 * 1024 * 1024): Budget => ({ max, used: 0 });
const path = async () => join(await temporaryFolder(), "7300.spool");

async function takeAll(spool: Spool, count = 200): Promise<number[]> {
  const taken: number[] = [];
  for (;;) {
    const batch = await spool.peek(count);
    if (batch.length === 0) return taken;
    taken.push(...ids(batch));
    await spool.remove(batch.length);
  }
}

it("gives back what was appended, in order, also what is appended meanwhile", async () => {
  const spool = await Spool.open(await path(), budget());
  await spool.append(range(0, 3_000));
  expect(ids(await spool.peek(2))).toEqual([0, 1]);
  await spool.remove(2);
  await spool.append(range(3_000, 3_500));
  expect(await takeAll(spool)).toEqual(Array.from({ length: 3_498 }, (_, i) => i + 2));
  await spool.close();
});

it("goes on in another process where it was, without what was half written", async () => {
  const file = await path();
  const first = await Spool.open(file, budget());
  await first.append(range(0, 10));
  await first.peek(4);
  await first.remove(4);
  await first.close();
  await appendFile(file, Buffer.from([200, 0, 0, 0, 1, 2, 3]));
  const seen: Spooled[] = [];
  const second = await Spool.open(file, budget(), (each) => seen.push(each));
  expect(ids(seen)).toEqual([4, 5, 6, 7, 8, 9]);
  expect(second.cutOff).toBe(7);
  await second.append(range(10, 12));
  expect(second.messages).toBe(8);
  expect(await takeAll(second)).toEqual([4, 5, 6, 7, 8, 9, 10, 11]);
  await second.close();
});

it("ends a batch with a message that has notes", async () => {
  const spool = await Spool.open(await path(), budget());
  await spool.append([message(0), message(1, { cutAt: "" }), message(2)]);
  expect(ids(await spool.peek(10))).toEqual([0, 1]);
  await spool.close();
});

it("takes no more than the spools of the process may, and has room again once it is empty", async () => {
  const dir = await temporaryFolder();
  const shared = budget(20_000);
  const one = await Spool.open(join(dir, "1.spool"), shared);
  const two = await Spool.open(join(dir, "2.spool"), shared);
  await one.append(range(0, 10));
  await expect(two.append(range(0, 10))).rejects.toThrow(SpoolFullError);
  expect(two.messages).toBe(0);
  await takeAll(one);
  await two.append(range(0, 10));
  expect(await takeAll(two)).toHaveLength(10);
  await one.close();
  await two.close();
  expect(shared.used).toBe(0);
});

it("keeps a part of the disk for facts, and of that one for what is said at a stop", async () => {
  const spool = await Spool.open(await path(), budget(80_000));
  const fill = async (claim: "messages" | "facts" | "lastWords") => {
    for (let n = spool.messages; ; n++) await spool.append([message(n)], claim);
  };
  for (const [claim, limit] of [
    ["messages", 70_000],
    ["facts", 75_000],
    ["lastWords", 80_000],
  ] as const) {
    await expect(fill(claim)).rejects.toThrow(SpoolFullError);
    expect(spool.bytes).toBeLessThanOrEqual(limit);
    expect(spool.bytes).toBeGreaterThan(limit - 1_500);
  }
  await spool.close();
});

itWithDisk("takes nothing that the disk took in part only, and goes on where it was once there is room", async () => {
  const disk = await mountDisk("256k");
  const file = join(disk, "7300.spool");
  const spool = await Spool.open(file, budget());
  await spool.append(range(0, 20));
  const makeRoom = fillDisk(disk);
  await expect(spool.append(range(20, 60))).rejects.toThrow(/ENOSPC/);
  expect(spool.messages).toBe(20);
  await makeRoom();
  await spool.append(range(20, 25));
  await spool.close();
  const next = await Spool.open(file, budget());
  expect(await takeAll(next)).toEqual(Array.from({ length: 25 }, (_, i) => i));
  await next.close();
});

it("leaves a file behind only while something waits in it, readable by nobody else", async () => {
  const dir = await temporaryFolder();
  const file = join(dir, "7300.spool");
  const spool = await Spool.open(file, budget());
  await spool.append(range(0, 1));
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await takeAll(spool);
  await spool.close();
  expect(await readdir(dir)).toEqual([]);
});

it("takes a message that is larger than one read", async () => {
  const spool = await Spool.open(await path(), budget());
  const large = { ...message(0), entry: { ...message(0).entry, data: "x".repeat(2_000_000) } };
  await spool.append([large, message(1)]);
  expect(await spool.peek(1)).toEqual([large]);
  expect(await takeAll(spool)).toEqual([0, 1]);
  await spool.close();
});
