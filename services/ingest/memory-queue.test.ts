import { expect, it } from "vitest";
import { MemoryQueue, type Waiting } from "./memory-queue.ts";

const MIB = 1024 * 1024;
const waiting = (bytes: number) => ({ entry: { data: "x".repeat(bytes) } }) as Waiting;
const memory = () => ({ max: 32 * MIB, used: 0 });

it("measures by messages or by bytes, whichever is more", () => {
  const byMessages = new MemoryQueue(memory(), 100);
  for (let n = 0; n < 50; n++) byMessages.push(waiting(1));
  expect(byMessages.load).toBe(0.5);
  const byBytes = new MemoryQueue(memory(), 100);
  for (let n = 0; n < 16; n++) byBytes.push(waiting(MIB));
  expect(byBytes.load).toBeCloseTo(0.5, 2);
});

it("takes small messages for what they are with all around them", () => {
  const small = new MemoryQueue({ max: MIB, used: 0 }, 1_000_000);
  for (let n = 0; n < 1_000; n++) small.push(waiting(10));
  expect(small.load).toBeGreaterThan(1);
});

it("shares its bytes with other rooms, none of which is stopped by that while nothing of it waits", () => {
  const shared = memory();
  const [one, two, calm] = [1, 2, 3].map(() => new MemoryQueue(shared, 100)) as [MemoryQueue, MemoryQueue, MemoryQueue];
  for (const queue of [one, two]) for (let n = 0; n < 16; n++) queue.push(waiting(MIB));
  expect([one, two, calm].map(({ load }) => Math.round(load * 10) / 10)).toEqual([1, 1, 0]);
  two.pick(two.first(8));
  two.remove(8);
  expect(two.load).toBe(0);
  expect(one.load).toBeCloseTo(0.5, 2);
  one.remove(16);
  expect(shared.used).toBe(0);
});
