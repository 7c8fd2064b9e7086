import type { JSONSchema } from "json-schema-to-ts";
import { type ServedEvent, servedEventSchema } from "./api.ts";
import { exact } from "./exact.ts";
import { type RuleTest, ruleTestSchema } from "./rule.ts";

const { matched, renderedTemplate, trace, errors } = ruleTestSchema.properties;

/** `POST /rules/test` with a session or a broadcast: what a rule makes of the last events there. */
export const ruleTrialsSchema = exact("RuleTrials", {
  errors: { ...errors, description: "what is wrong with the rule: then nothing was tested" },
  items: {
    type: "array",
    description:
      "the last events of its type, the newest first; of a gift streak its end, unless it asks for `payload.streakState`",
    items: exact("RuleTrial", { event: servedEventSchema, matched, renderedTemplate, trace }),
  },
}) satisfies JSONSchema;

export interface RuleTrials extends Pick<RuleTest, "errors"> {
  items: (Omit<RuleTest, "errors"> & { event: ServedEvent })[];
}
