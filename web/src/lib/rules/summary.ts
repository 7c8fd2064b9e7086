import type { GivenDraft } from "./form.ts";
import { ruleMessages as texts } from "./messages.ts";

/** "When somebody sends a gift: say in chat “Thank you!”" */
export function summaryOf({ eventType, action }: Pick<GivenDraft, "eventType" | "action">): string {
  return `${texts.when(texts.events[eventType])}: ${doing(action)}`;
}

function doing(action: GivenDraft["action"]): string {
  if (action.type === "announce" || action.type === "log") return `${texts.actions[action.type]} “${action.template}”`;
  if (action.type === "webhook") return `${texts.actions.webhook} ${hostOf(action.url)}`;
  return action.measure === "ban" ? texts.ban : texts.timeout(action.seconds ?? 0);
}

const hostOf = (url: string) => URL.parse(url)?.host ?? url;
