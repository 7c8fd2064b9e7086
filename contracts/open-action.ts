import type { FromSchema, JSONSchema } from "json-schema-to-ts";
import { type ServedEvent, servedEventSchema } from "./api.ts";
import { exact, pageOf } from "./exact.ts";
import { count, textOrNull, uuid } from "./fields.ts";
import { actionItemSchema, type RuleActionItem } from "./rule.ts";

/** `GET /moderation/open`: what waits for a person. */
export const openActionPageSchema = pageOf(
  "OpenActionPage",
  exact("OpenAction", {
    ...actionItemSchema.properties,
    ruleName: { ...textOrNull, description: "null: a person commanded it" },
    event: {
      anyOf: [servedEventSchema, { type: "null" }],
      description: "what it is because of; null: nothing is named, or it is not stored",
    },
  }),
) satisfies JSONSchema;

export interface OpenAction extends RuleActionItem {
  ruleName: string | null;
  event: ServedEvent | null;
}

/** `POST /moderation/resolve` with a rule. */
export const resolvedActionsSchema = exact("ResolvedActions", {
  ruleId: uuid,
  resolved: { ...count, description: "what of the rule waited, and does no more" },
}) satisfies JSONSchema;

export type ResolvedActions = FromSchema<typeof resolvedActionsSchema>;
