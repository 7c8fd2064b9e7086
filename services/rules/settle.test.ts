import { expect, it } from "vitest";
import type { DecidedRow } from "./actions-log.ts";
import type { PaceLimits } from "./firings.ts";
import { type Fired, settle } from "./settle.ts";

const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 12, 0, second));
const tenSeconds: PaceLimits = { cooldown: 10, perUserCooldown: 0, limits: {} };

const row = (second: number, changes: Partial<DecidedRow> = {}): DecidedRow => ({
  ...{ effect_key: `e${second}`, rule_id: "r1", rule_version: 1, channel_id: "c1", stream_id: "t1", session_id: "s1" },
  ...{
    event_id: `e${second}`,
    user_id: "u1",
    type: "webhook",
    rendered: "x",
    measure: null,
    seconds: null,
    mode: "live",
  },
  ...{ state: "planned", reason: null, event_at: at(second).toISOString(), url: "u", host: "h", body: "b" },
  ...{ pace: tenSeconds, ...changes },
});
const fired = (second: number, changes: Partial<Fired> = {}): Fired => ({
  ...{ effect_key: `e${second}`, rule_id: "r1", mode: "live", user_id: "u1", event_at: at(second), ...changes },
});
const outcomes = (rows: DecidedRow[], before: Fired[] = []) =>
  settle(rows, before).map(({ effect_key, reason, paced = false }) => [effect_key, reason, paced]);

it("goes by what fired before, and within the decisions by their order", () => {
  expect(outcomes([row(9), row(10), row(30), row(25), row(15)], [fired(0)])).toEqual([
    ["e9", "cooldown", false],
    ["e10", null, true],
    ["e30", null, true],
    ["e25", "cooldown", false],
    ["e15", "cooldown", false],
  ]);
});

it("sends nothing of what is held", () => {
  const [held] = settle([row(5)], [fired(0)]);
  expect(held).toMatchObject({ state: "skipped", reason: "cooldown", rendered: "x" });
  expect(Object.keys(held ?? {})).not.toEqual(expect.arrayContaining(["body"]));
});

it("counts what fired and was refused, apart by mode and rule", () => {
  const refused = { state: "skipped", reason: "stale" } as const;
  const dry = { mode: "dry_run", state: "skipped", reason: "dry_run" } as const;
  expect(outcomes([row(0, refused), row(1), row(2, dry), row(3, dry), row(4, { rule_id: "r2" })])).toEqual([
    ["e0", "stale", true],
    ["e1", "cooldown", false],
    ["e2", "dry_run", true],
    ["e3", "cooldown", false],
    ["e4", null, true],
  ]);
});

it("leaves out an effect that was, which holds nobody", () => {
  const streak = { effect_key: "s1" };
  expect(outcomes([row(60, streak), row(61)], [fired(0, streak)])).toEqual([["e61", null, true]]);
  expect(outcomes([row(0, streak), row(20, streak), row(21)])).toEqual([
    ["s1", null, true],
    ["e21", null, true],
  ]);
  expect(outcomes([row(5, streak), row(12, streak)], [fired(0)])).toEqual([
    ["s1", "cooldown", false],
    ["s1", null, true],
  ]);
});

it("holds no rule that may always fire, whose effects are decided about once too", () => {
  const { pace, ...first } = row(0);
  const { pace: _, ...second } = row(1);
  const replay = { ...first, state: "skipped", reason: "replay" } as const;
  expect(settle([first, second, first, replay, replay], [])).toEqual([first, second, replay, replay]);
});
