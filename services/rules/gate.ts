import type { ServedEvent } from "../../contracts/api.ts";
import type { RuleAction, RuleDraft } from "../../contracts/rule.ts";

/** Why what a rule decided does not leave ttlc. */
export type Refusal = "replay" | "history" | "stale" | "dry_run" | "shadow" | "no_capability";

/** What this deployment can do; all else is put before a person. */
export type Capabilities = ReadonlySet<RuleAction["type"]>;

/** An event that is older acts no more, in ms: after an outage nobody wants to be answered half an hour late. */
const staleAfter: Record<RuleAction["type"], number> = {
  announce: 60_000,
  moderate: 60_000,
  webhook: 600_000,
  log: Number.POSITIVE_INFINITY,
};

/**
 * Stands between every decision and the world: nothing that was replayed, that TikTok tells of the past, or that is late
 * ever acts, whatever rule asks for it. Null: it may.
 */
export function refusalOf(
  event: ServedEvent,
  { action, mode }: RuleDraft,
  can: Capabilities,
  now: number,
): Refusal | null {
  if (event.source !== "live") return "replay";
  if (event.isHistory) return "history";
  if (now - Date.parse(event.timestamp) > staleAfter[action.type]) return "stale";
  if (mode !== "live") return mode;
  return can.has(action.type) ? null : "no_capability";
}
