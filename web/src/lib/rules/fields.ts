import type { EventType } from "../../../../contracts/unified-event.ts";

/** What a condition of the builder may look at, in words. A repository test keeps it true to the rules service. */
export interface RuleField {
  path: string;
  type: "number" | "string" | "boolean";
  label: string;
}

const field = (path: string, type: RuleField["type"], label: string): RuleField => ({ path, type, label });

const person = [
  field("user.uniqueId", "string", "Username"),
  field("user.displayName", "string", "Display name"),
  field("user.isFollower", "boolean", "Follows"),
  field("user.isSubscriber", "boolean", "Subscriber"),
  field("user.isModerator", "boolean", "Moderator"),
  field("user.gifterLevel", "number", "Gifter level"),
  field("user.teamMemberLevel", "number", "Team level"),
  field("user.topGifterRank", "number", "Rank among gifters"),
  field("inherited.isFollower", "boolean", "Followed before"),
  field("inherited.isSubscriber", "boolean", "Subscriber before"),
  field("inherited.isModerator", "boolean", "Moderator before"),
  field("inherited.gifterLevel", "number", "Gifter level before"),
  field("inherited.teamMemberLevel", "number", "Team level before"),
];

/** By event type, the types that a person meets first come first. */
const own = {
  CHAT: [field("payload.message", "string", "Message"), field("payload.language", "string", "Language")],
  GIFT: [
    field("payload.coins", "number", "Coins"),
    field("payload.giftCount", "number", "Number of gifts"),
    field("payload.giftName", "string", "Gift"),
    field("payload.diamondCount", "number", "Coins of one"),
    field("payload.giftId", "string", "Id of the gift"),
    field("payload.toUser.uniqueId", "string", "Sent to"),
  ],
  FOLLOW: [field("payload.followCount", "number", "Followers now")],
  SUBSCRIBE: [field("payload.months", "number", "Months")],
  LIKE: [field("payload.count", "number", "Likes at once"), field("payload.total", "number", "Likes in all")],
  SHARE: [field("payload.shareCount", "number", "Shares"), field("payload.target", "string", "Shared to")],
  JOIN: [field("payload.memberCount", "number", "People in the room"), field("payload.via", "string", "Came by")],
  EMOTE: [],
  BATTLE: [field("payload.status", "string", "Status"), field("subType", "string", "Kind")],
  ROOM_USER: [field("payload.viewers", "number", "Viewers"), field("payload.totalViewers", "number", "Viewers in all")],
  STREAM_END: [field("payload.action", "number", "Action code"), field("payload.reason", "string", "Reason")],
  CONNECTED: [field("payload.title", "string", "Title"), field("payload.uniqueId", "string", "Username")],
  DISCONNECTED: [field("payload.code", "number", "Code"), field("payload.reason", "string", "Reason")],
  ERROR: [field("payload.code", "string", "Code"), field("payload.message", "string", "Message")],
  RAW: [field("payload.rawType", "string", "TikTok's type"), field("subType", "string", "Kind")],
} satisfies Record<EventType, RuleField[]>;

export const ruleEventTypes = Object.keys(own) as EventType[];

/** Nobody in particular does these. */
const impersonal: ReadonlySet<EventType> = new Set([
  ...(["ROOM_USER", "STREAM_END", "CONNECTED", "DISCONNECTED", "ERROR"] as const),
]);

export const fieldsOf = (eventType: EventType): RuleField[] =>
  impersonal.has(eventType) ? own[eventType] : [...own[eventType], ...person];

/** `payload.coins` as Coins; what has no word stays as it is. */
export const labelOf = (eventType: EventType, path: string): string =>
  fieldsOf(eventType).find((one) => one.path === path)?.label ?? path;
