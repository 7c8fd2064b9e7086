import { expect, it } from "vitest";
import { survey } from "../../mixins/streams/survey.ts";
import {
  backlogOf,
  type Intake,
  type IntakePressure,
  isFarBehind,
  isShortOfMemory,
  memoryLoad,
  mustSpool,
  nextIntake,
  type Pressure,
} from "./pressure.ts";

const calm: Pressure = { isHeld: false, refusedMs: 0, queueLoad: 0.1, isSpooling: false, canSpool: true };

it.each<[boolean, string, Partial<Pressure>]>([
  [false, "nothing is wrong", {}],
  [false, "the queue is full, but Redis takes it", { queueLoad: 1 }],
  [false, "Redis has just refused", { refusedMs: 100 }],
  [true, "Redis refuses for a second", { refusedMs: 1_000 }],
  [true, "Redis refuses and the queue is full", { refusedMs: 100, queueLoad: 1 }],
  [true, "Redis is given nothing", { isHeld: true }],
  [true, "something is on the disk already", { isSpooling: true }],
  [false, "nothing waits in memory", { isSpooling: true, isHeld: true, queueLoad: 0 }],
  [false, "the disk is full", { isSpooling: true, isHeld: true, refusedMs: 60_000, queueLoad: 1, canSpool: false }],
])("spools: %s, when %s", (expected, _when, pressure) => {
  expect(mustSpool({ ...calm, ...pressure })).toBe(expected);
});

it.each<[Intake, Intake, string, Partial<IntakePressure>]>([
  ["open", "open", "the queue fills", { queueLoad: 0.99, isStuck: true }],
  ["open", "paused", "the queue is full", { queueLoad: 1, isStuck: true }],
  ["paused", "paused", "it drains", { queueLoad: 0.5 }],
  ["paused", "open", "it has drained", { queueLoad: 0.49 }],
  ["paused", "paused", "nothing takes it for a moment", { queueLoad: 1, isStuck: true, pausedMs: 4_999 }],
  ["paused", "shedding", "nothing takes it for long", { queueLoad: 1, isStuck: true, pausedMs: 5_000 }],
  ["paused", "paused", "Redis or the disk takes it, slowly", { queueLoad: 1, pausedMs: 60_000 }],
  ["shedding", "shedding", "it drains", { queueLoad: 0.5 }],
  ["shedding", "open", "it has drained", { queueLoad: 0.49, isStuck: true }],
])("the intake goes from %s to %s when %s", (was, is, _when, pressure) => {
  expect(nextIntake(was, { queueLoad: 0, isStuck: false, pausedMs: 0, ...pressure })).toBe(is);
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

/** A stream of 1,000 entries, and per group how many are pending and how many were not delivered. */
const stream = (name: "ttlc:raw" | "ttlc:events", groups: Record<string, [pending: number, lag: number | null]>) => ({
  ...survey(name, [0, 1_000, 1_000, 0, 0]),
  groups: Object.entries(groups).map(([group, [pending, lag]]) => {
    return { group, lag, pending, oldestPendingSeconds: 0, behindSeconds: 0, trimmedUnacked: 0 };
  }),
});
const storage = (pending: number, lag: number) => stream("ttlc:events", { storage: [pending, lag] });
const normalizer = (pending: number, lag: number | null) => stream("ttlc:raw", { normalizer: [pending, lag] });

it.each([
  ["what the normalizer was not given or has not acknowledged", [normalizer(20, 300)], 320],
  ["what storage has before it", [storage(0, 7)], 7],
  ["the slower of the two", [normalizer(0, 5), storage(1, 9)], 10],
  ["no more than there is", [normalizer(500, 900)], 1_000],
  ["all, when Redis cannot tell", [normalizer(0, null)], 1_000],
  ["all, while the group is not there", [stream("ttlc:events", { rules: [0, 0] })], 1_000],
  ["nothing of other groups", [stream("ttlc:events", { storage: [0, 0], rules: [0, 900] })], 0],
  ["nothing of the dead letters", [survey("ttlc:dlq", [0, 50, 50, 0, 0])], 0],
])("counts as backlog %s", (_what, surveys, entries) => {
  expect(backlogOf(surveys)).toBe(entries);
});

it.each([
  [999_999, false, false],
  [1_000_000, false, true],
  [500_000, true, true],
  [499_999, true, false],
])("with %d entries behind, far behind before: %s, now: %s", (entries, was, is) => {
  expect(isFarBehind(entries, was)).toBe(is);
});
