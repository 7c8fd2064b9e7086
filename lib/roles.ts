import type { Roles } from "../contracts/api.ts";
import type { UnifiedEvent } from "../contracts/unified-event.ts";

/** These come with TikTok's full account of who the person is to the streamer, so that "no" is an answer. */
const fullAccounts = new Set(["CHAT", "GIFT", "EMOTE"]);

const fields = [
  "isModerator",
  "isSubscriber",
  "isFollower",
  "followRole",
  "gifterLevel",
  "teamMemberLevel",
  "topGifterRank",
] as const satisfies (keyof Roles)[];

type Told = Pick<UnifiedEvent, "eventType" | "subType" | "user">;

/**
 * What a message tells of its sender's roles; undefined when nothing. Where TikTok gives no full account, what is not
 * there may be so all the same: only what is there is told. Nor is a level lost that a chat does not show.
 */
export function toldBy({ eventType, subType, user }: Told): Roles | undefined {
  if (user === null || subType === "STREAK_CLOSED") return undefined; // that is our own message
  const isFull = fullAccounts.has(eventType) && user.followRole !== undefined;
  const told: Roles = isFull ? { isModerator: false, isSubscriber: false, isFollower: false, topGifterRank: 0 } : {};
  let isEmpty = !isFull;
  for (const field of fields) {
    const value = user[field];
    if (!value && !(isFull && field === "followRole")) continue;
    (told as Record<string, unknown>)[field] = value;
    isEmpty = false;
  }
  if (eventType === "FOLLOW" && !user.isFollower) return { ...told, isFollower: true, followRole: 1 };
  if (eventType === "SUBSCRIBE" && !user.isSubscriber) return { ...told, isSubscriber: true };
  return isEmpty ? undefined : told;
}

/** What is known once `told` was told; the same object when that is nothing new. */
export function learned(known: Roles | undefined, told: Roles): Roles {
  if (known === undefined) return told;
  for (const field of fields) {
    if (told[field] !== undefined && told[field] !== known[field]) return { ...known, ...told };
  }
  return known;
}

/** What is known of the sender and the message does not say itself; undefined when there is nothing. */
export function inheritedBy({ user }: Pick<UnifiedEvent, "user">, known: Roles | undefined): Roles | undefined {
  if (user === null || known === undefined) return undefined;
  let inherited: Roles | undefined;
  for (const field of fields) if (known[field] && !user[field]) inherited = { ...inherited, [field]: known[field] };
  return inherited;
}
