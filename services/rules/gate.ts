import type { Refusal } from "../../contracts/action-reason.ts";
import type { ServedEvent } from "../../contracts/api.ts";
import type { RuleAction, RuleDraft } from "../../contracts/rule.ts";
import type { EventType } from "../../contracts/unified-event.ts";
import { isOwner, type Owner } from "./owners.ts";
import type { Decision } from "./rule-set.ts";

/** What this deployment can do; all else is put before a person. */
export interface Capabilities {
  types: ReadonlySet<RuleAction["type"]>;
  /** Username of the account that speaks and moderates, in lower case. */
  account?: string | undefined;
  /** Who streams in the room of the event: nothing is done to them. */
  owner?: Owner | null | undefined;
}

/** What is no doing of a person: nothing is said because of it. */
export const lifecycle: ReadonlySet<EventType> = new Set(["CONNECTED", "DISCONNECTED", "STREAM_END", "ERROR", "RAW"]);

/** An event that is older acts no more, in ms: after an outage nobody wants to be answered half an hour late. */
const staleAfter: Record<RuleAction["type"], number> = {
  announce: 60_000,
  moderate: 60_000,
  webhook: 600_000,
  log: Number.POSITIVE_INFINITY,
};

/** Whether it happens now: neither told again nor of before the connection. */
export const isLive = ({ source, isHistory }: Pick<ServedEvent, "source" | "isHistory">): boolean =>
  source === "live" && !isHistory;

/**
 * Stands between every decision and the world: nothing that was replayed, that TikTok tells of the past, or that is late
 * ever acts, whatever rule asks for it. Null: it may.
 */
export function refusalOf(
  { event, rendered }: Pick<Decision, "event" | "rendered">,
  { action, mode }: RuleDraft,
  can: Capabilities,
  now: number,
): Refusal | null {
  if (event.source !== "live") return "replay";
  if (event.isHistory) return "history";
  const isInRoom = action.type === "announce" || action.type === "moderate";
  if (isInRoom && can.account !== undefined && event.user?.uniqueId.toLowerCase() === can.account) return "own_account";
  if (action.type === "announce" && lifecycle.has(event.eventType)) return "lifecycle";
  if (action.type === "announce" && !rendered?.trim()) return "empty";
  if (action.type === "moderate" && !event.user) return "no_user";
  if (action.type === "moderate" && event.user && isOwner(event.user, can.owner)) return "streamer";
  if (now - Date.parse(event.timestamp) > staleAfter[action.type]) return "stale";
  if (mode !== "live") return mode;
  const isMadeUp = isInRoom && event.provider === "simulator"; // no such room at TikTok
  return can.types.has(action.type) && !isMadeUp ? null : "no_capability";
}

/** The event itself may be still to come, or was decided about. */
export const isToldAgain = (reason: string | null): boolean => reason === "replay" || reason === "history";

/** What was not for the rule, or is told again, uses up neither a cooldown nor a limit; what was is counted, done or not. */
const notMeant: ReadonlySet<Refusal> = new Set([
  ...(["replay", "history", "own_account", "streamer", "lifecycle", "no_user", "empty"] as const),
]);

export const usesPace = (refusal: Refusal | null): boolean => refusal === null || !notMeant.has(refusal);
