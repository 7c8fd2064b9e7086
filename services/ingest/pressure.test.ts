import { expect, it } from "vitest";
import { isShortOfMemory, memoryLoad, mustSpool, type Pressure } from "./pressure.ts";

const calm: Pressure = { isHeld: false, refusedMs: 0, queueLoad: 0.1, isSpooling: false, canSpool: true };

it.each<[boolean, string, Partial<Pressure>]>([
  [false, "nothing is wrong", {}],
  [false, "the queue is full, but Redis takes it", { queueLoad: 1 }],
  [false, "Redis has just refused", { refusedMs: 100 }],
  [true, "Redis refuses for a second", { refusedMs: 1_000 }],
  [true, "Redis refuses and the queue is full", { refusedMs: 100, queueLoad: 1 }],
  [true, "Redis is short of memory", { isHeld: true }],
  [true, "something is on the disk already", { isSpooling: true }],
  [false, "nothing waits in memory", { isSpooling: true, isHeld: true, queueLoad: 0 }],
  [false, "the disk is full", { isSpooling: true, isHeld: true, refusedMs: 60_000, queueLoad: 1, canSpool: false }],
])("spools: %s, when %s", (expected, _when, pressure) => {
  expect(mustSpool({ ...calm, ...pressure })).toBe(expected);
});

it.each([
  ["its limit", "used_memory:70\r\nmaxmemory:100\r\ntotal_system_memory:1000\r\n", 0.7],
  ["the machine's memory without a limit", "used_memory:70\r\nmaxmemory:0\r\ntotal_system_memory:1000\r\n", 0.07],
  ["nothing that is known", "used_memory:70\r\n", 0],
])("measures Redis's memory against %s", (_what, info, load) => {
  expect(memoryLoad(info)).toBeCloseTo(load);
});

it.each([
  [0.69, false, false],
  [0.7, false, true],
  [0.65, true, true],
  [0.59, true, false],
])("at %d, short of memory before: %s, now: %s", (load, was, is) => {
  expect(isShortOfMemory(load, was)).toBe(is);
});
