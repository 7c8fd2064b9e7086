import type { EventType, UnifiedEvent } from "../contracts/unified-event.ts";

/** Which events somebody wants to see; all that is named must hold, what is absent does not matter. */
export interface EventFilter {
  /** Any of these. */
  types?: EventType[] | undefined;
  /** TikTok's id of who did it. */
  userId?: string | undefined;
  /** Gifts that came to at least so many coins, and nothing else. */
  minCoins?: number | undefined;
  /** In a name, a handle, a chat message or a gift's name; upper and lower case alike, an @ before it left out. */
  q?: string | undefined;
}

/** What a filter looks for, made ready once. An empty filter wants everything. */
export function eventMatcher({ types, userId, minCoins, q }: EventFilter): (event: UnifiedEvent) => boolean {
  const wantedTypes = types && new Set(types);
  const wanted = wordOf(q);
  return (event) =>
    (!wantedTypes || wantedTypes.has(event.eventType)) &&
    (userId === undefined || event.user?.userId === userId) &&
    (minCoins === undefined || (event.eventType === "GIFT" && event.payload.coins >= minCoins)) &&
    (wanted === "" || textsOf(event).some((text) => text?.toLowerCase().includes(wanted)));
}

/** The word that `q` stands for; "" looks for nothing. */
export const wordOf = (q = ""): string => q.trim().toLowerCase().replace(/^@/, "");

function textsOf(event: UnifiedEvent): (string | undefined)[] {
  const texts = [event.user?.displayName, event.user?.uniqueId];
  if (event.eventType === "CHAT") texts.push(event.payload.message);
  if (event.eventType === "GIFT") texts.push(event.payload.giftName);
  return texts;
}
