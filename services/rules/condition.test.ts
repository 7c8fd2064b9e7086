import { describe, expect, it } from "vitest";
import { expanded, sharedRows } from "../../test/support/shared-data.ts";
import { conditionLimits, readCondition } from "./condition.ts";

const coins = { var: "payload.coins" };
const gifterLevel = { var: "user.gifterLevel" };
const streakState = { var: "payload.streakState" };
const problemsOf = (condition: unknown, type: "GIFT" | "CHAT" = "GIFT") => readCondition(type, condition).problems;

describe("is accepted", () => {
  it.each([
    ["a comparison", { ">=": [coins, 100] }],
    ["between two bounds", { "<": [1, coins, 100] }],
    ["a text in a list", { in: [{ var: "payload.giftName" }, ["Rose", "Lion"]] }],
    ["a part of a text", { in: ["ose", { var: "payload.giftName" }] }],
    ["a role, as such", { var: "user.isModerator" }],
    ["a role of earlier messages", { or: [{ var: "user.isModerator" }, { var: "inherited.isModerator" }] }],
    ["a default", { ">": [{ var: ["user.gifterLevel", 0] }, 10] }],
    ["whether something is there", { "!=": [{ var: "payload.toUser.userId" }, null] }],
    ["a calculation", { ">": [{ "*": [{ var: "payload.giftCount" }, 2] }, coins] }],
    ["what the builder adds", { startsWith: [{ var: "user.uniqueId" }, "a"] }],
    ["a choice", { if: [{ ">": [coins, 5] }, true, { var: "user.isFollower" }] }],
    ["a single value without its list", { "!": { var: "user.isModerator" } }],
  ])("%s", (_, condition) => {
    expect(problemsOf(condition)).toEqual([]);
  });
});

describe("is refused, with the path of the fault", () => {
  it.each([
    ["a computed field", { ">": [{ var: { cat: ["__pro", "to__"] } }, 1] }, ">.0", "cannot be computed"],
    ["a prototype", { "==": [{ var: "constructor.constructor" }, null] }, "==.0", "which GIFT events do not have"],
    ["a field of another type of event", { in: ["a", { var: "payload.message" }] }, "in.1", "do not have"],
    ["an operator that loops", { all: [[1], true] }, "", "has the operator"],
    ["a dotted operator", { "cat.prototype.constructor": ["a", "b"] }, "", "has the operator"],
    ["an operator of Object's", { toString: [1] }, "", "has the operator"],
    ["two operators", { "==": [1, 1], x: 2 }, "", "exactly one operator"],
    ["none", {}, "", "exactly one operator"],
    ["a list", [true], "", "must not be a list"],
    ["a text", "yes", "", "must say yes or no"],
    ["a number", { "+": [coins, 1] }, "", "must say yes or no"],
    ["what is always true", true, "", "the same for every event"],
    ["what is always true, wrapped", { and: [true, { "==": [1, 1] }] }, "and.1.==", "the same for every event"],
    [
      "what is always true, beside what is not",
      { or: [{ ">": [coins, 5] }, { "!": [false] }] },
      "or.1.!",
      "the same for every event",
    ],
    ["what a field says or not", { "==": [coins, coins] }, "==", "true for every event"],
    [
      "a choice of the same",
      { if: [{ ">": [coins, 5] }, true, { "<": [coins, 5] }, true, true] },
      "if",
      "true for every",
    ],
    ["what never happens", { "!": [{ or: [{ ">": [coins, 5] }, true] }] }, "!.0.or", "true for every event"],
    [
      "what never happens, beside what does",
      { and: [{ ">": [coins, 5] }, { ">": [1, 2] }] },
      "and.1.>",
      "the same for every event",
    ],
    [
      "a part that never holds",
      { or: [{ ">": [coins, 5] }, { "==": [streakState, "nonsense"] }] },
      "or.1.==",
      "false for every event",
    ],
    [
      "a part that always holds, of a choice",
      { if: [{ "!=": [coins, -1] }, { ">": [coins, 5] }, false] },
      "if.0.!=",
      "true for every event",
    ],
    ["a bound that nothing is below", { ">": [coins, -1] }, ">", "true for every event"],
    ["the same the other way round", { "<=": [0, coins] }, "<=", "true for every event"],
    ["a comparison of types", { "==": [coins, "100"] }, "==", "never the same"],
    ["an order of types", { ">": [{ var: "payload.giftName" }, 5] }, ">", "numbers with numbers"],
    ["a text taken for a condition", { and: [{ var: "payload.giftName" }] }, "and", "yes or no"],
    ["a default of another type", { ">": [{ var: ["payload.coins", "x"] }, 5] }, ">.0", "default"],
    ["an empty text to look for", { in: ["", { var: "payload.giftName" }] }, "in", "in every one"],
    ["an empty beginning", { startsWith: [{ var: "payload.giftName" }, ""] }, "startsWith", "in every one"],
    ["a mixed list", { in: [coins, [1, "2"]] }, "in.1", "one type"],
    ["too few values", { ">": [coins] }, ">", "needs 2"],
    ["too many values", { ">": [coins, 1, 0] }, ">", "needs 2"],
    [
      "a choice without an else",
      { if: [{ ">": [coins, 5] }, true, { ">": [coins, 1] }, false] },
      "if",
      "nothing holds",
    ],
    ["a fault deep inside", { and: [{ ">": [coins, 1] }, { "!": [{ ">": [coins, "x"] }] }] }, "and.1.!.0.>", "numbers"],
  ])("%s", (_, condition, path, message) => {
    const problems = problemsOf(condition);
    expect(problems).toContainEqual({ path, message: expect.stringContaining(message) });
  });

  it("what has too many parts, however it is spread", () => {
    const wide = { or: Array.from({ length: conditionLimits.nodes }, (_, i) => ({ "==": [coins, i] })) };
    expect(problemsOf(wide)).toEqual([
      { path: expect.stringMatching(/^or\./), message: expect.stringContaining("200") },
    ]);
    const list = { in: [coins, Array.from({ length: 300 }, (_, i) => i)] };
    expect(problemsOf(list)).toEqual([{ path: "in.1", message: expect.stringContaining("200") }]);
  });

  it("what is too deep, too large, or no JSON", () => {
    let deep: unknown = { ">": [coins, 1] };
    for (let i = 0; i < conditionLimits.depth; i++) deep = { "!": [deep] };
    expect(problemsOf(deep)[0]?.message).toContain("deeper than 12");
    expect(problemsOf({ "==": [{ var: "payload.giftName" }, "x".repeat(9_000)] })[0]?.message).toContain(
      "bytes of JSON",
    );
    const circle: Record<string, unknown> = {};
    circle["!"] = circle;
    expect(problemsOf(circle)).toHaveLength(1);
    expect(problemsOf({ ">": [coins, Number.NaN] })).toHaveLength(1);
  });

  it.each([
    ...['{"__proto__":[1,1]}', '{"==":[{"var":"user.__proto__.polluted"},1]}', '{"constructor":[]}'],
    ...['{"!":{"var":""}}', '{"!":{"var":[]}}', '{"!":{"var":null}}', '{"!!":{"var":"payload.coins.toString"}}'],
    ...['{"!":{"var":{"var":"payload.giftName"}}}', '{"!!":{"var":["user.isModerator",{"var":"x"}]}}'],
    ...['{"log":["x"]}', '{"missing":["payload.coins"]}', '{"none":[[1],false]}', '{"merge":[[1],[2]]}'],
    ...['{"filter":[[0,0],{"filter":[[0,0],true]}]}', '{"==":[[],false]}', '{"==":[null,null]}', '{"===":["1","1"]}'],
    ...['{"!":[{"==":[1,2]}]}', '{"or":[{">":[{"var":"payload.coins"},5]},true]}', '{"if":[true]}', "null", "0", '""'],
  ])("%s", (json) => {
    for (const type of ["GIFT", "CHAT"] as const) expect(problemsOf(JSON.parse(json), type)).not.toEqual([]);
  });

  const rows = sharedRows<{ id: string; rule?: unknown }>("rule_inputs.json").filter((row) => "rule" in row);
  it.skipIf(rows.length === 0)("every condition of rule_inputs.json (skipped where that is not there)", async () => {
    for (const { id, rule } of rows) {
      const condition = await expanded(rule);
      for (const type of ["GIFT", "CHAT"] as const) expect([id, problemsOf(condition, type)]).not.toEqual([id, []]);
    }
  });
});

describe("what the contract says of each field", () => {
  it.each<[string, unknown]>([
    ["true", { "<=": [0, coins, 1e16] }],
    ["false", { "!": { "<": [coins, 0] } }],
    ["true", { ">=": [{ "+": [coins, 1] }, 0] }],
    ["true", { or: [{ ">=": [coins, 5] }, { "<": [coins, 5] }] }],
    ["true", { or: [{ ">": [coins, 5] }, { ">=": [7, coins] }] }],
    ["true", { "!!": { var: "streamId" } }],
    ["true", { "!=": [coins, -1] }],
    ["true", { in: [streakState, ["final", "none", "progress"]] }],
    ["true", { ">=": [{ var: ["user.gifterLevel", 0] }, { "-": [1] }] }],
    ["false", { "<": [coins, 0] }],
    ["false", { "<": [{ var: "user.gifterLevel" }, 0] }],
    ["false", { and: [{ ">": [coins, 5] }, { "<": [coins, 5] }] }],
    ["false", { and: [{ ">": [coins, 5] }, { "==": [coins, 5] }] }],
    ["false", { "==": [streakState, "nonsense"] }],
    ["false", { in: [streakState, ["a", "b"]] }],
    ["false", { in: [coins, [-1, -2]] }],
  ])("shows that it is %s for every event: %j", (truth, condition) => {
    expect(problemsOf(condition)).toEqual([
      { path: expect.any(String), message: expect.stringContaining(`${truth} for every event`) },
    ]);
  });

  it.each<{ condition: unknown }>([
    { condition: { or: [{ ">": [coins, 5] }, { "<": [coins, 5] }] } },
    { condition: { or: [{ ">=": [gifterLevel, 5] }, { "<": [gifterLevel, 5] }] } },
    { condition: { and: [{ ">=": [coins, 5] }, { "<=": [coins, 5] }] } },
    { condition: { "!": { "<": [gifterLevel, 1] } } },
    { condition: { "!=": [gifterLevel, 5] } },
    { condition: { "!!": coins } },
    { condition: { "!!": { var: "payload.giftName" } } },
    { condition: { "<=": [1, coins, 10] } },
    { condition: { ">": [{ "+": [coins, 1] }, 1] } },
    { condition: { "==": [streakState, "final"] } },
    { condition: { in: [streakState, ["final", "none"]] } },
  ])("leaves open: $condition", ({ condition }) => {
    expect(problemsOf(condition)).toEqual([]);
  });
});
