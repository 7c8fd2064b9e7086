import { Errors } from "moleculer";
import type { RuleDraft } from "../../contracts/rule.ts";
import { prepareRule } from "./prepare.ts";

/** @throws ValidationError with everything that is wrong with the rule, by field */
export function assertRule(draft: RuleDraft): void {
  const { problems } = prepareRule(draft);
  if (problems.length === 0) return;
  const details = problems.map(({ path, message }) => ({ field: path, message }));
  throw new Errors.ValidationError("The rule has parts that cannot be used.", "VALIDATION_ERROR", details);
}
