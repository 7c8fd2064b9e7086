import type { FromSchema, JSONSchema } from "json-schema-to-ts";
import { eventTypes } from "./unified-event.ts";

/** A rule: when this happens, do that. `POST /rules`, `PUT /rules/:id`; a stored one is a Rule. */

const template = { type: "string", minLength: 1, maxLength: 1_000 } as const;
const seconds = { type: "integer", minimum: 0, maximum: 86_400 } as const;

const action = <const Type extends string, const Properties extends object, const Required extends readonly string[]>(
  type: Type,
  properties: Properties,
  required: Required,
) =>
  ({
    type: "object",
    additionalProperties: false,
    required: ["type", ...required],
    properties: { type: { const: type }, ...properties },
  }) as const;

/** What a rule may do; there is nothing else. */
export const ruleActionSchema = {
  title: "RuleAction",
  oneOf: [
    action("log", { template }, ["template"]),
    action("announce", { template }, ["template"]),
    action(
      "moderate",
      { measure: { enum: ["timeout", "ban"] }, seconds: { ...seconds, minimum: 1 }, reason: template },
      ["measure", "reason"],
    ),
    action("webhook", { url: { type: "string", minLength: 1, maxLength: 2_000 }, template }, ["url"]),
  ],
} as const satisfies JSONSchema;

export type RuleAction = FromSchema<typeof ruleActionSchema>;

const properties = {
  name: { type: "string", minLength: 1, maxLength: 100 },
  enabled: { type: "boolean", default: true },
  eventType: { enum: eventTypes },
  /** JSON logic over the event; without it, `matchAll` must say that every event of the type is meant. */
  condition: {},
  matchAll: { type: "boolean", default: false },
  action: ruleActionSchema,
  cooldown: { ...seconds, default: 0, description: "seconds after it fired in which it does not" },
  perUserCooldown: { ...seconds, default: 0, description: "the same, for one person" },
  limits: {
    type: "object",
    additionalProperties: false,
    properties: { perMinute: { type: "integer", minimum: 1, maximum: 600 } },
    default: {},
  },
  mode: {
    enum: ["live", "dry_run", "shadow"],
    default: "live",
    description: "dry_run: decides and says so, but does nothing. shadow: the same, beside the version that is live",
  },
} as const;

export const ruleDraftSchema = {
  title: "RuleDraft",
  type: "object",
  additionalProperties: false,
  required: ["name", "enabled", "eventType", "matchAll", "action", "cooldown", "perUserCooldown", "limits", "mode"],
  properties,
} as const satisfies JSONSchema;

export type RuleDraft = FromSchema<typeof ruleDraftSchema>;

/** Something that is wrong with a rule: `path` is where, such as `condition.and.1` or `action.template`. */
export const ruleProblemSchema = {
  title: "RuleProblem",
  type: "object",
  additionalProperties: false,
  required: ["path", "message"],
  properties: { path: { type: "string" }, message: { type: "string" } },
} as const satisfies JSONSchema;

export type RuleProblem = FromSchema<typeof ruleProblemSchema>;

const clause = {
  title: "RuleClause",
  description: "One comparison of a condition, as it came out for one event",
  type: "object",
  additionalProperties: false,
  required: ["path", "holds", "reads"],
  properties: {
    path: { type: "string" },
    holds: { type: "boolean" },
    reads: {
      type: "object",
      description: "what it read of the event, by field; null: not there",
      additionalProperties: { type: ["string", "number", "boolean", "null"] },
    },
  },
} as const satisfies JSONSchema;

/** `POST /rules/test`: what a rule makes of one event. */
export const ruleTestSchema = {
  title: "RuleTest",
  type: "object",
  additionalProperties: false,
  required: ["matched", "renderedTemplate", "trace", "errors"],
  properties: {
    matched: { type: "boolean" },
    renderedTemplate: { type: ["string", "null"] },
    trace: { type: "array", items: clause },
    errors: { type: "array", items: ruleProblemSchema },
  },
} as const satisfies JSONSchema;

export type RuleTest = FromSchema<typeof ruleTestSchema>;
