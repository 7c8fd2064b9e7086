import type { FromSchema, JSONSchema } from "json-schema-to-ts";
import { actorSchema, measures, resolutionSchema } from "./moderation.ts";
import { eventTypes } from "./unified-event.ts";

/** A rule: when this happens, do that. `POST /rules`, `PUT /rules/:id`; a stored one is a Rule. */

/** At least one character that is no space. */
const pattern = "\\S";
const template = { type: "string", minLength: 1, maxLength: 1_000, pattern } as const;
const seconds = { type: "integer", minimum: 0, maximum: 86_400 } as const;

const webhookUrl = {
  type: "string",
  minLength: 1,
  maxLength: 2_000,
  description: "who may not change rules sees where it goes: `https://example.org/…`",
} as const;

const action = <
  const Title extends string,
  const Type extends string,
  const Properties extends object,
  const Required extends readonly string[],
>(
  title: Title,
  type: Type,
  properties: Properties,
  required: Required,
) =>
  ({
    title,
    type: "object",
    additionalProperties: false,
    required: ["type", ...required],
    properties: { type: { const: type }, ...properties },
  }) as const;

/** What a rule may do; there is nothing else. */
export const ruleActionSchema = {
  title: "RuleAction",
  type: "object",
  required: ["type"],
  properties: { type: { enum: ["log", "announce", "moderate", "webhook"] } },
  discriminator: { propertyName: "type" },
  oneOf: [
    action("LogAction", "log", { template }, ["template"]),
    action("AnnounceAction", "announce", { template }, ["template"]),
    action(
      "ModerateAction",
      "moderate",
      { measure: { enum: ["timeout", "ban"] }, seconds: { ...seconds, minimum: 1 }, reason: template },
      ["measure", "reason"],
    ),
    action("WebhookAction", "webhook", { url: webhookUrl, template }, ["url"]),
  ],
} as const;

export type RuleAction = FromSchema<typeof ruleActionSchema>;

const properties = {
  name: { type: "string", minLength: 1, maxLength: 100, pattern },
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

/** A draft as it is sent: what has a default may be left out. */
export const newRuleSchema = {
  ...ruleDraftSchema,
  title: "NewRule",
  required: ["name", "eventType", "action"],
} as const satisfies JSONSchema;

/** Something that is wrong with a rule: `path` is where, such as `condition.and.1` or `action.template`. */
export const ruleProblemSchema = {
  title: "RuleProblem",
  type: "object",
  additionalProperties: false,
  required: ["path", "message"],
  properties: { path: { type: "string" }, message: { type: "string" } },
} as const satisfies JSONSchema;

export type RuleProblem = FromSchema<typeof ruleProblemSchema>;

export const ruleClauseSchema = {
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
    trace: { type: "array", items: ruleClauseSchema },
    errors: { type: "array", items: ruleProblemSchema },
  },
} as const satisfies JSONSchema;

export type RuleTest = FromSchema<typeof ruleTestSchema>;

const instant = { type: "string", format: "date-time" } as const;
const uuid = { type: "string", format: "uuid" } as const;
const count = { type: "integer", minimum: 0 } as const;

/** A rule as it is stored; its `version` is its ETag. */
export const ruleSchema = {
  title: "Rule",
  type: "object",
  additionalProperties: false,
  required: [
    ...ruleDraftSchema.required,
    ...(["ruleId", "channelId", "version", "createdAt", "updatedAt", "fired24h", "lastFiredAt"] as const),
  ],
  properties: {
    ...properties,
    ruleId: uuid,
    channelId: uuid,
    version: { type: "integer", minimum: 1 },
    createdAt: instant,
    updatedAt: instant,
    fired24h: { ...count, description: "how often it acted, or would have, in the last 24 hours" },
    lastFiredAt: { ...instant, type: ["string", "null"] },
    shadow: {
      title: "RuleShadow",
      description: "a draft that runs beside it and does nothing; absent: there is none",
      type: "object",
      additionalProperties: false,
      required: ["draft", "since", "by"],
      properties: { draft: ruleDraftSchema, since: instant, by: { type: "string" } },
    },
  },
} as const satisfies JSONSchema;

export type Rule = FromSchema<typeof ruleSchema>;

/** What a rule decided about one event, or a person commanded. */
export const actionItemSchema = {
  title: "RuleActionItem",
  type: "object",
  additionalProperties: false,
  required: [
    ...([
      "actionId",
      "ruleId",
      "ruleVersion",
      "streamId",
      "sessionId",
      "eventId",
      "userId",
      "type",
      "rendered",
    ] as const),
    ...(["mode", "state", "reason", "eventAt", "decidedAt", "endedAt"] as const),
    ...(["measure", "seconds", "actor", "givenReason", "undoes", "undoneBy", "resolved", "unconfirmed"] as const),
  ],
  properties: {
    actionId: { type: "string" },
    ruleId: { ...uuid, type: ["string", "null"], description: "null: a person commanded it, see `actor`" },
    ruleVersion: { type: ["integer", "null"] },
    streamId: { type: "string" },
    sessionId: uuid,
    eventId: { type: ["string", "null"], description: "of a command: its evidence, if it has some" },
    unconfirmed: {
      type: "boolean",
      description: "of a command: its evidence was not stored when it was given, so nobody saw whose event it is",
    },
    userId: { type: ["string", "null"] },
    type: { enum: ["log", "announce", "moderate", "webhook"] },
    rendered: { type: ["string", "null"] },
    mode: { enum: ["live", "dry_run", "shadow"] },
    state: { enum: ["planned", "executing", "done", "failed", "unknown", "skipped"] },
    reason: { type: ["string", "null"], description: "why it was skipped, or failed" },
    eventAt: { ...instant, description: "of a command without evidence: when it was given" },
    decidedAt: instant,
    endedAt: { ...instant, type: ["string", "null"] },
    measure: { enum: [...measures, null], description: "of `moderate`: what is done" },
    seconds: { type: ["integer", "null"], description: "of a timeout, as it is sent" },
    actor: { anyOf: [actorSchema, { type: "null" }], description: "who commanded it; null: a rule decided it" },
    givenReason: { type: ["string", "null"], description: "why, in the words of `actor`" },
    undoes: { type: ["string", "null"], description: "the action that this one takes back" },
    undoneBy: { type: ["string", "null"], description: "the action that takes this one back" },
    resolved: {
      anyOf: [resolutionSchema, { type: "null" }],
      description: "what a person did about `no_capability`; null: nothing yet",
    },
  },
} as const satisfies JSONSchema;

export type RuleActionItem = FromSchema<typeof actionItemSchema>;

/** `POST /rules/webhook-secret`. */
export const webhookSecretSchema = {
  title: "RuleWebhookSecret",
  type: "object",
  additionalProperties: false,
  required: ["channelId", "secret"],
  properties: {
    channelId: uuid,
    secret: {
      type: "string",
      pattern: "^whsec_",
      description: "for the verifiers of Standard Webhooks; shown this once",
    },
  },
} as const satisfies JSONSchema;

export type WebhookSecret = FromSchema<typeof webhookSecretSchema>;
