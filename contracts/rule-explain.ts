import type { FromSchema, JSONSchema } from "json-schema-to-ts";
import { type ServedEvent, servedEventSchema } from "./api.ts";
import { actionItemSchema, ruleClauseSchema } from "./rule.ts";

/** `GET /events/:id/explain`: what the rules of its channel make of a stored event, and what was decided about it. */

const whys = {
  decided: "`decided` tells what",
  streak_acted: "it acted once for the gift streak, or would have, at the event in `decided`",
  made_later: "there was no such rule yet when the event came",
  was_off: "the version of then was not enabled",
  other_type: "the version of then waited for another type of event",
  streak_open: "a gift of a streak that went on: rules see its end",
  no_match: "the version of then did not match",
  not_recorded:
    "the version of then matches, and nothing is written down: it was not asked (yet); or that version is no more kept",
} as const;

const explainedRuleSchema = {
  title: "ExplainedRule",
  type: "object",
  additionalProperties: false,
  required: [
    ...(["ruleId", "name", "enabled", "version", "versionThen", "matched", "failing", "trace", "rendered"] as const),
    ...(["why", "decided"] as const),
  ],
  properties: {
    ruleId: { type: "string", format: "uuid" },
    name: { type: "string" },
    enabled: { type: "boolean" },
    version: { type: "integer", description: "now; `matched`, `failing`, `trace` and `rendered` are of it" },
    versionThen: {
      type: ["integer", "null"],
      description: "the one that was asked; null: there was none, or it is no more kept",
    },
    matched: { type: "boolean" },
    failing: { type: "array", items: ruleClauseSchema, description: "the comparisons that kept it from matching" },
    trace: { type: "array", items: ruleClauseSchema, description: "all comparisons" },
    rendered: { type: ["string", "null"], description: "what it says of the event" },
    why: {
      enum: Object.keys(whys) as (keyof typeof whys)[],
      description: Object.entries(whys)
        .map(([code, meaning]) => `${code}: ${meaning}`)
        .join("; "),
    },
    decided: { type: "array", items: actionItemSchema },
  },
} as const satisfies JSONSchema;

export type ExplainedRule = FromSchema<typeof explainedRuleSchema>;

export const eventExplanationSchema = {
  title: "EventExplanation",
  type: "object",
  additionalProperties: false,
  required: ["event", "channelId", "rules"],
  properties: {
    event: servedEventSchema,
    channelId: { type: ["string", "null"], format: "uuid", description: "null: not known, so no rule was asked" },
    rules: {
      type: "array",
      items: explainedRuleSchema,
      description: "the enabled rules that wait for events of its type, and all others that decided something about it",
    },
  },
} as const satisfies JSONSchema;

export interface EventExplanation {
  event: ServedEvent;
  channelId: string | null;
  rules: ExplainedRule[];
}
