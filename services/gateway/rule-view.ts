import type { RuleAction, RuleDraft } from "../../contracts/rule.ts";
import type { Principal } from "./auth.ts";
import { grantOf } from "./rights.ts";

/** How somebody sees rules: who may not change them, without what the addresses of webhooks keep secret. */
export function draftViewFor({ role }: Pick<Principal, "role">): <Draft extends Drafted>(draft: Draft) => Draft {
  const mayWrite = role !== "nobody" && grantOf(role, "rules.write") !== undefined;
  return mayWrite ? (draft) => draft : masked;
}

/** A draft, or a rule with its shadow. */
type Drafted = { action: RuleAction; shadow?: { draft: RuleDraft } | undefined };

function masked<Draft extends Drafted>(draft: Draft): Draft {
  const { action, shadow } = draft;
  return {
    ...draft,
    ...(action.type === "webhook" && { action: { ...action, url: originOf(action.url) } }),
    ...(shadow && { shadow: { ...shadow, draft: masked(shadow.draft) } }),
  };
}

const originOf = (url: string): string => `${URL.parse(url)?.origin ?? ""}/…`;
