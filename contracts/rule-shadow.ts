import type { FromSchema, JSONSchema } from "json-schema-to-ts";
import { actionItemSchema, ruleDraftSchema } from "./rule.ts";

const { state, reason, rendered, streamId, sessionId } = actionItemSchema.properties;
const eventId = { type: "string" } as const;
const eventAt = { type: "string", format: "date-time" } as const;
const count = { type: "integer", minimum: 0 } as const;

const effectSchema = {
  title: "RuleEffect",
  type: "object",
  additionalProperties: false,
  required: ["state", "reason", "rendered"],
  properties: { state, reason, rendered },
} as const satisfies JSONSchema;

/** `GET /rules/:id/diff`: what the live version of a rule did, and what its shadow would have done. */
export const ruleDiffSchema = {
  title: "RuleDiff",
  type: "object",
  additionalProperties: false,
  required: ["ruleId", "version", "shadow", "from", "to", "both", "onlyLive", "onlyShadow", "items"],
  properties: {
    ruleId: { type: "string", format: "uuid" },
    version: { type: "integer", description: "the live one" },
    shadow: ruleDraftSchema,
    from: { ...eventAt, description: "not before the shadow began" },
    to: eventAt,
    both: count,
    onlyLive: count,
    onlyShadow: count,
    items: {
      type: "array",
      description: "what one of them or both fired for, the newest first",
      items: {
        title: "RuleDiffItem",
        type: "object",
        additionalProperties: false,
        required: ["eventId", "streamId", "sessionId", "eventAt", "live", "shadow"],
        properties: {
          ...{ eventId, streamId, sessionId, eventAt },
          live: { anyOf: [{ type: "null" }, effectSchema] },
          shadow: { anyOf: [{ type: "null" }, effectSchema] },
        },
      },
    },
  },
} as const satisfies JSONSchema;

export type RuleDiff = FromSchema<typeof ruleDiffSchema>;
