import { describe, expect, it } from "vitest";
import {
  type Comparison,
  comparisons,
  fromLogic,
  isFilled,
  type Logic,
  type Row,
  toLogic,
  withComparison,
  withField,
} from "./condition.ts";

const values = { number: 5, text: "ro", list: ["Rose", "Cap"], nothing: null } as const;
const row = (comparison: Comparison): Row => ({
  field: "payload.x",
  comparison,
  value: values[comparisons[comparison].takes] as Row["value"],
});
const field = { var: "payload.x" };

describe.each(Object.keys(comparisons) as Comparison[])("%s", (comparison) => {
  it("comes back from JSON logic as it was", () => {
    const one = row(comparison);
    expect(fromLogic(toLogic([one], "all"))).toEqual({ rows: [one], join: "all" });
  });

  it("with a default, too", () => {
    const one = { ...row(comparison), otherwise: 0 };
    expect(fromLogic(toLogic([one], "any"))?.rows).toEqual([one]);
  });
});

it.each<[Comparison, Logic]>([
  ["atLeast", { ">=": [field, 5] }],
  ["moreThan", { ">": [field, 5] }],
  ["atMost", { "<=": [field, 5] }],
  ["lessThan", { "<": [field, 5] }],
  ["equals", { "==": [field, 5] }],
  ["differs", { "!=": [field, 5] }],
  ["contains", { in: ["ro", field] }],
  ["containsNot", { "!": [{ in: ["ro", field] }] }],
  ["is", { "==": [field, "ro"] }],
  ["isNot", { "!=": [field, "ro"] }],
  ["startsWith", { startsWith: [field, "ro"] }],
  ["startsNotWith", { "!": [{ startsWith: [field, "ro"] }] }],
  ["endsWith", { endsWith: [field, "ro"] }],
  ["endsNotWith", { "!": [{ endsWith: [field, "ro"] }] }],
  ["oneOf", { in: [field, ["Rose", "Cap"]] }],
  ["noneOf", { "!": [{ in: [field, ["Rose", "Cap"]] }] }],
  ["yes", field],
  ["no", { "!": [field] }],
])("%s is %j", (comparison, logic) => {
  expect(toLogic([row(comparison)], "all")).toEqual(logic);
});

it.each(["all", "any"] as const)("%s of several rows come back", (join) => {
  const rows = (Object.keys(comparisons) as Comparison[]).map(row);
  expect(fromLogic(toLogic(rows, join))).toEqual({ rows, join });
});

it("reads a single value without a list", () => {
  expect(fromLogic({ "!": field })?.rows).toEqual([row("no")]);
  expect(fromLogic({ "==": [{ var: ["payload.x"] }, 5] })?.rows).toEqual([row("equals")]);
});

it.each<[string, Logic]>([
  ["a group in a group", { and: [field, { or: [field, field] }] }],
  ["a list of one", { and: [field] }],
  ["the value first", { "<=": [5, field] }],
  ["between", { "<": [1, field, 5] }],
  ["a strict comparison", { "===": [field, 5] }],
  ["yes and no compared", { "==": [field, true] }],
  ["nothing", { "==": [field, null] }],
  ["two fields", { ">": [field, { var: "payload.y" }] }],
  ["a calculation", { ">": [{ "*": [field, 2] }, 5] }],
  ["a twofold not", { "!": { "!": field } }],
  ["whether it is there", { "!!": field }],
  ["a list of numbers", { in: [field, [1, 2]] }],
  ["a text with a comma in a list", { in: [field, ["a,b", "c"]] }],
  ["an operator of nobody", { toString: [field, 5] }],
  ["no logic", "hello"],
  ["two operators", { "==": [field, 5], "!=": [field, 6] }],
  ["a computed field", { "==": [{ var: { var: "payload.x" } }, 5] }],
  ["an empty object", {}],
])("leaves %s to the text", (_, logic) => {
  expect(fromLogic(logic)).toBeNull();
});

it("keeps what fits when a row gets another field or comparison", () => {
  const coins = row("moreThan");
  expect(withField(coins, { path: "payload.y", type: "number", label: "" })).toEqual({ ...coins, field: "payload.y" });
  const texts: Row = { field: "payload.y", comparison: "contains", value: null };
  expect(withField(coins, { path: "payload.y", type: "string", label: "" })).toEqual(texts);
  expect(withComparison(coins, "atMost").value).toBe(5);
  expect(withComparison(row("contains"), "oneOf").value).toBeNull();
});

it("knows a row that has no value yet", () => {
  expect([row("yes"), row("atLeast"), row("oneOf")].every(isFilled)).toBe(true);
  for (const value of [null, "", []]) expect(isFilled({ ...row("oneOf"), value })).toBe(false);
});
