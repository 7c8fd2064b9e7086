import type { RuleActionItem } from "../../../../contracts/rule.ts";
import { moderationMessages as texts } from "./messages.ts";

/** Its end is not known yet. */
export const isUnderWay = ({ state }: Pick<RuleActionItem, "state">): boolean =>
  state === "planned" || state === "executing";

/** It left, or was about to, or a person did it by hand. */
export const isDone = ({ state, resolved }: Pick<RuleActionItem, "state" | "resolved">): boolean =>
  state !== "skipped" || resolved?.outcome === "done_by_hand";

/** A person may do it by hand, or nobody does. */
export const waitsForPerson = ({ reason, resolved, type }: RuleActionItem): boolean =>
  reason === "no_capability" && resolved === null && (type === "moderate" || type === "announce");

/**
 * Whether taking it back is worth asking for: it left, or may have, and still holds.
 *
 * @param all the actions on the same person, among them what took it back
 * @param now epoch ms
 */
export function isUndoable(item: RuleActionItem, all: readonly RuleActionItem[], now: number): boolean {
  if (item.measure !== "timeout" && item.measure !== "ban") return false;
  if (item.state === "failed" || item.state === "skipped") return false;
  const before = all.find(({ actionId }) => actionId === item.undoneBy);
  if (item.undoneBy !== null && before?.state !== "unknown" && before?.state !== "failed") return false;
  const from = Date.parse(item.endedAt ?? "");
  return item.measure === "ban" || Number.isNaN(from) || now < from + (item.seconds ?? 0) * 1_000;
}

/** Whether it does not hold any more because somebody took it back; an undo that is not listed is an old one. */
export const isTakenBack = ({ undoneBy }: RuleActionItem, all: readonly RuleActionItem[]): boolean =>
  undoneBy !== null && (all.find(({ actionId }) => actionId === undoneBy)?.state ?? "done") === "done";

/** What was done: `Timeout, 60 s`. */
export const deedOf = ({ measure, seconds }: Pick<RuleActionItem, "measure" | "seconds">): string =>
  measure === null ? "" : texts.deeds[measure](seconds);

/** What is to be done: `Time out @kofi for 60 s`. */
export const wishOf = ({ measure, seconds, rendered }: RuleActionItem, name: string): string =>
  measure === null ? texts.say(rendered ?? "") : texts.deedsTo[measure](name, seconds);

/** Who wanted it. */
export const wisherOf = ({ actor }: Pick<RuleActionItem, "actor">): string => actor?.name ?? texts.byRule;
