import type { ServedEvent } from "../../../contracts/api.ts";
import { messages } from "./messages.ts";
import type { FeedRow } from "./rows.ts";

const { rows: texts } = messages;

export type Tone = "gift" | "like" | "follow" | "share" | "sub" | "quiet" | "plain";

/** What a row says; `coins` of a gift, `big` when it deserves notice. */
export interface Description {
  /** The event's type as a word. */
  label: string;
  text: string;
  tone: Tone;
  coins?: number;
  big?: boolean;
}

/** Gifts from this many diamonds on stand out. */
const BIG_GIFT = 100;
/** STREAM_END `action` when TikTok itself ended it. */
const SUSPENDED = 4;

const tones: Partial<Record<ServedEvent["eventType"], Tone>> = {
  GIFT: "gift",
  LIKE: "like",
  FOLLOW: "follow",
  SHARE: "share",
  SUBSCRIBE: "sub",
  JOIN: "quiet",
  ROOM_USER: "quiet",
  RAW: "quiet",
};

export function describe(row: FeedRow): Description {
  if (row.kind === "gap") {
    return { label: "", text: row.skipped ? texts.skipped(row.skipped) : texts.gap(row.from, row.to), tone: "plain" };
  }
  const { event } = row;
  const label = texts.labels[event.eventType] ?? "";
  const tone = tones[event.eventType] ?? "plain";
  if (event.eventType !== "GIFT") return { label, tone, text: row.likes ? texts.like(row.likes) : textOf(event) };
  const { coins } = event.payload;
  return { label, tone, text: textOf(event), coins, big: coins >= BIG_GIFT };
}

/** Whose name stands before the text. */
export function nameOf({ user, erased }: ServedEvent): string {
  if (user) return user.displayName || user.uniqueId;
  return erased ? texts.erasedUser : texts.nobody;
}

function textOf(event: ServedEvent): string {
  const { eventType, payload } = event;
  switch (eventType) {
    case "CHAT":
      // Erasure takes personal fields out of the payload, whatever the contract requires of a whole event.
      return event.erased ? texts.erased : payload.message;
    case "GIFT": {
      const say = payload.streakState === "progress" ? texts.giftRunning : texts.gift;
      return say(payload.giftName, payload.giftCount);
    }
    case "LIKE":
      return texts.like(payload.count);
    case "JOIN":
      return texts.join;
    case "FOLLOW":
      return texts.follow;
    case "SHARE":
      return texts.share;
    case "SUBSCRIBE":
      return texts.sub(payload.months);
    case "EMOTE":
      return texts.emotes(payload.emotes.length);
    case "BATTLE":
      return battle(event.subType);
    case "ROOM_USER":
      return texts.viewers(payload.viewers);
    case "CONNECTED":
      return texts.connected(payload.title);
    case "DISCONNECTED":
      return texts.disconnected(payload.reason);
    case "ERROR":
      return texts.error(payload.code, payload.message);
    case "STREAM_END":
      return payload.action === SUSPENDED ? texts.suspended : texts.ended;
    case "RAW":
      return raw(event.subType, payload);
  }
}

function battle(subType: string | undefined): string {
  if (subType === "SUPER_FAN") return texts.superFan;
  if (subType === "BARRAGE") return texts.barrage;
  return subType === "ARMIES" ? texts.armies : texts.battle;
}

function raw(subType: string | undefined, { rawType, facts }: Extract<ServedEvent, { eventType: "RAW" }>["payload"]) {
  if (subType === "GAP") return texts.gap(facts?.from, facts?.to, facts?.count);
  if (subType === "SOURCE_SWITCHED") return texts.switched(facts?.to);
  if (subType === "STREAM_PAUSED") return texts.paused;
  if (subType === "STREAM_RESUMED") return texts.resumed;
  return subType ? words(subType) : rawType;
}

/** MESSAGE_DELETED as "Message deleted" */
const words = (name: string) => name.charAt(0) + name.slice(1).toLowerCase().replaceAll("_", " ");
