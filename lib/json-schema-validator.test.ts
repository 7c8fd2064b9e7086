import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { newRuleSchema } from "../contracts/rule.ts";
import { createAjv, problemsOf } from "./json-schema-validator.ts";

const check = createAjv({ coerceTypes: true, useDefaults: true, allErrors: true }).compile(newRuleSchema);
const faults = (fields: object) => {
  check({ name: "test", eventType: "CHAT", matchAll: true, action: { type: "log", template: "x" }, ...fields });
  return problemsOf(check).map(({ field, message }) => `${field} ${message}`);
};

const blank = "must have a character that is no space";
const types = "action.type must be one of: log, announce, moderate, webhook";

it.each([
  [{}, []],
  [{ action: { type: "anounce", template: "x" } }, [types]],
  [{ action: { type: 5 } }, [types]],
  [{ action: { template: "x" } }, ["action.type must have required property 'type'"]],
  [{ action: { type: "log" } }, ["action.template must have required property 'template'"]],
  [{ action: { type: "log", template: "x", url: "y" } }, ["action.url must NOT have additional properties"]],
  [{ action: { type: "moderate", measure: "kick", reason: "x" } }, ["action.measure must be one of: timeout, ban"]],
  [{ name: " ", action: { type: "log", template: "\t" } }, [`name ${blank}`, `action.template ${blank}`]],
  [{ action: { type: "moderate", measure: "ban", reason: " " } }, [`action.reason ${blank}`]],
])("of a rule with %j", (fields, expected) => {
  expect(faults(fields)).toEqual(expected);
});

describe("maxLength", () => {
  const check = createAjv().compile({ type: "string", maxLength: 3, minLength: 1, pattern: "^[^x]*$" });
  const original = new Ajv().compile({ type: "string", maxLength: 3, minLength: 1, pattern: "^[^x]*$" });

  it.each([
    "",
    "a",
    "abc",
    "abcd",
    "🎉🎉🎉",
    "🎉🎉🎉🎉",
    "🎉🎉ab",
    "\ud800\ud800\ud800",
    "\udc00\ud800\udc00\ud800a",
    "xxxx",
    "x",
  ])("means for %j what Ajv says", (text) => {
    expect(check(text)).toBe(original(text));
    expect(check.errors).toEqual(original.errors);
  });
});
