import jsonLogic from "json-logic-js";
import { describe, expect, it } from "vitest";
import { makeEvent } from "../../test/fixtures/events.ts";
import { conditions } from "../../test/support/conditions.ts";
import { seeded } from "../../test/support/random.ts";
import { compile, trace } from "./compile.ts";
import { type Expression, readCondition } from "./condition.ts";

const user = {
  userId: "7",
  uniqueId: "anna",
  displayName: "Änna",
  isModerator: true,
  isSubscriber: false,
  isFollower: true,
  gifterLevel: 12,
};
const gift = {
  giftId: "5655",
  giftName: "Rose",
  giftCount: 5,
  diamondCount: 20,
  coins: 100,
  streakable: false,
  streakState: "none",
} as const;
const event = makeEvent("GIFT", { user, payload: gift });

function read(condition: unknown): Expression {
  const { expression, problems } = readCondition("GIFT", condition);
  expect(problems).toEqual([]);
  return expression as Expression;
}
const holds = (condition: unknown) => compile(read(condition))(event);

const coins = { var: "payload.coins" };
const name = { var: "payload.giftName" };
const absent = { var: "user.teamMemberLevel" };
const absentText = { var: "payload.imageUrl" };

describe("a condition", () => {
  it.each([
    [{ ">=": [coins, 100] }, true],
    [{ ">": [coins, 100] }, false],
    [{ "<": [1, coins, 101] }, true],
    [{ "<": [1, coins, 100] }, false],
    [{ in: [name, ["Lion", "Rose"]] }, true],
    [{ in: ["os", name] }, true],
    [{ startsWith: [name, "Ro"] }, true],
    [{ endsWith: [name, "Ro"] }, false],
    [{ "==": [{ substr: [name, -2] }, "se"] }, true],
    [{ "==": [{ substr: [name, 1, -1] }, "os"] }, true],
    [{ "==": [{ cat: [name, "-", coins] }, "Rose-100"] }, true],
    [{ "==": [{ "%": [coins, 7] }, 2] }, true],
    [{ if: [{ "<": [coins, 5] }, false, { var: "user.isModerator" }] }, true],
    [{ "!": [{ var: "user.isSubscriber" }] }, true],
    [{ "!!": [name] }, true],
  ])("%j: %s", (condition, expected) => {
    expect(holds(condition)).toBe(expected);
  });
});

describe("what an event does not say", () => {
  it.each([
    ["is not more than anything", { ">": [absent, 0.5] }, false],
    ["is not less than anything", { "<": [absent, 1] }, false],
    ["is in no range", { "<": [-1, absent, 1] }, false],
    ["equals nothing but nothing", { "==": [absent, 0] }, false],
    ["is not there", { "==": [absent, null] }, true],
    ["stays unknown in a calculation", { "<": [{ "+": [absent, 1] }, 100] }, false],
    ["is in no list", { in: [absent, [0, 1]] }, false],
    ["has no part", { in: ["null", absentText] }, false],
    ["may have a default", { ">": [{ var: ["user.teamMemberLevel", 3] }, 2] }, true],
    ["is nothing in a text", { "==": [{ cat: ["a", absentText] }, "a"] }, true],
  ])("%s", (_, condition, expected) => {
    expect(holds(condition)).toBe(expected);
  });

  it("is not looked for in prototypes", () => {
    const evaluate = compile(read({ "!=": [{ var: "user.uniqueId" }, null] }));
    const heir = Object.create({ uniqueId: "of the prototype" });
    expect(evaluate({ ...event, user: heir })).toBe(false);
    expect(evaluate({ ...event, user: null })).toBe(false);
  });
});

it("tells of every comparison how it came out, and what it read", () => {
  const condition = { and: [{ ">": [coins, 500] }, { "!": [{ var: "user.isSubscriber" }] }, { ">": [absent, 1] }] };
  expect(trace(read(condition), event)).toEqual([
    { path: "and.0.>", holds: false, reads: { "payload.coins": 100 } },
    { path: "user.isSubscriber", holds: false, reads: { "user.isSubscriber": false } },
    { path: "and.2.>", holds: false, reads: { "user.teamMemberLevel": null } },
  ]);
});

it("means the same as in json-logic-js, in 5,000 cases", () => {
  jsonLogic.add_operation("startsWith", (whole: string, part: string) => whole.startsWith(part));
  jsonLogic.add_operation("endsWith", (whole: string, part: string) => whole.endsWith(part));
  const next = conditions(seeded(1));
  const different: unknown[] = [];
  let compared = 0;
  let met = 0;
  for (let tries = 0; compared < 5_000 && tries < 100_000; tries++) {
    const condition = next();
    const { expression } = readCondition("GIFT", condition);
    if (!expression) continue;
    const expected = Boolean(jsonLogic.apply(condition as jsonLogic.RulesLogic, event));
    if (compile(expression)(event) !== expected) different.push(condition);
    compared++;
    if (expected) met++;
  }
  expect(different).toEqual([]);
  expect(compared).toBe(5_000);
  expect(met).toBeGreaterThan(1_000);
  expect(met).toBeLessThan(4_000);
});
