import { expect, it } from "vitest";
import type { ServedEvent } from "../../contracts/api.ts";
import type { RuleDraft } from "../../contracts/rule.ts";
import { makeEvent, viewer } from "../../test/fixtures/events.ts";
import { prepareRule } from "./prepare.ts";
import { Rehearsal } from "./rehearsal.ts";

const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 12, 0, second)).toISOString();
const gift = (payload: object, rest: object = {}) =>
  makeEvent("GIFT", { user: viewer(1), timestamp: at(0), payload: { coins: 10, ...payload }, ...rest }) as ServedEvent;
const by = (n: number, second: number) => gift({}, { user: viewer(n), timestamp: at(second) });

/** What becomes of events, one after the other; undefined: nothing. */
function outcomes(changes: Partial<RuleDraft>, ...events: ServedEvent[]): (string | undefined)[] {
  const { rule } = prepareRule({
    ...{ name: "test", enabled: true, eventType: "GIFT", matchAll: true, limits: {}, mode: "live" },
    ...{ action: { type: "announce", template: "x" }, cooldown: 0, perUserCooldown: 0, ...changes },
  });
  const rehearsal = new Rehearsal(rule as NonNullable<typeof rule>, { account: "bot" });
  return events.map((event) => rehearsal.meet(event)?.outcome);
}

it("fires once for a gift streak, whatever number of frames and ends it has", () => {
  const frames = ["progress", "progress", "final", "final"].map((streakState) =>
    gift({ streakId: "s".repeat(64), streakState }),
  );
  expect(outcomes({}, ...frames)).toEqual([undefined, undefined, "fired", undefined]);
  expect(outcomes({ cooldown: 10 }, by(1, 0), ...frames)).toEqual([
    "fired",
    undefined,
    undefined,
    "cooldown",
    "cooldown",
  ]);
});

it("is not held by what was not for the rule, nor is that its effect before it happened", () => {
  const echo = gift({}, { user: { ...viewer(9), uniqueId: "Bot" } });
  const past = { ...by(1, 0), isHistory: true };
  const limits = { perMinute: 1 };
  expect(outcomes({ cooldown: 60, limits }, echo, past, { ...past, isHistory: false }, echo, by(2, 1))).toEqual([
    ...["own_account", "history", "fired", undefined, "cooldown"],
  ]);
});

it("keeps its cooldowns and limits, by the time of the events", () => {
  expect(outcomes({ cooldown: 10 }, by(1, 0), by(2, 9), by(2, 10), by(1, 5))).toEqual([
    ...["fired", "cooldown", "fired", "cooldown"],
  ]);
  expect(outcomes({ perUserCooldown: 10 }, by(1, 0), by(2, 1), by(1, 9), by(1, 10))).toEqual([
    ...["fired", "fired", "user_cooldown", "fired"],
  ]);
  const limits = { perMinute: 2 };
  expect(outcomes({ limits }, by(1, 0), by(2, 1), by(3, 59), by(4, 60))).toEqual(["fired", "fired", "limit", "fired"]);
});

it("keeps them whatever the order in which the events come", () => {
  const late = (changes: Partial<RuleDraft>, ...seconds: number[]) =>
    outcomes(changes, ...seconds.map((second) => by(1, second)));
  expect(late({ cooldown: 10 }, 100, 91, 90, 109, 81)).toEqual([
    ...["fired", "cooldown", "fired", "cooldown", "cooldown"],
  ]);
  expect(late({ perUserCooldown: 10 }, 100, 91, 90)).toEqual(["fired", "user_cooldown", "fired"]);
  expect(late({ limits: { perMinute: 2 } }, 100, 50, 70, 20, 110, 111)).toEqual([
    ...["fired", "fired", "limit", "fired", "fired", "limit"],
  ]);
});
