import type { StreamItem } from "../../../contracts/api.ts";
import type { RoomStatus } from "../../../contracts/room.ts";
import type { Link } from "./live-source.ts";
import { messages } from "./messages.ts";
import { ownRoom, successorOf } from "./rooms.ts";

const { connection: texts } = messages;

/** What the badge says of a room. */
export interface Connection {
  label: string;
  tone: "ok" | "warn" | "bad" | "quiet";
  /** More, for a tooltip and a screen reader. */
  detail: string;
}

const tones: Record<RoomStatus["state"], Connection["tone"]> = {
  live: "ok",
  resolving: "warn",
  connecting: "warn",
  reconnecting: "warn",
  waiting: "quiet",
  ended: "quiet",
  failed: "bad",
};

/** Trouble between this page and ttlc comes first: it makes everything else old news. */
export function connectionOf(link: Link, stream: StreamItem | null, now: number): Connection {
  switch (link.state) {
    case "signedOut":
      return { label: texts.signedOut, tone: "bad", detail: messages.live.signedOut };
    case "stale":
      return { label: texts.stale, tone: "warn", detail: texts.staleServer };
    case "reconnecting":
      return {
        label: countdown(texts.reconnecting, link.retryAt, now),
        tone: "warn",
        detail: texts.reconnectingServer,
      };
    case "connecting":
      return { label: texts.connecting, tone: "warn", detail: "" };
    default:
      return stream ? streamConnection(stream, now) : { label: texts.idle, tone: "quiet", detail: "" };
  }
}

/** Where a broadcast stands: the word of its own room's actor, else what storage knows. */
export function streamConnection(stream: StreamItem, now: number): Connection {
  const own = ownRoom(stream);
  if (stream.endedAt) return { label: texts.ended, tone: "quiet", detail: own ? reasonOf(own) : "" };
  if (own) return roomConnection(own, now);
  const label = successorOf(stream.streamId, stream.room) ? texts.over : texts.idle;
  return { label, tone: "quiet", detail: texts.left(stream.lastEventAt) };
}

/** Where a room stands, whichever broadcast it is at. */
export function roomConnection(room: RoomStatus, now: number): Connection {
  const retryAt = room.nextAttemptAt ? Date.parse(room.nextAttemptAt) : undefined;
  const label = room.state === "reconnecting" ? countdown(texts.reconnecting, retryAt, now) : texts[room.state];
  return { label, tone: tones[room.state], detail: reasonOf(room) || explain(room) };
}

/** Why a room is in its state, as a sentence: without the code that it begins with for those who read logs. */
export function reasonOf({ reason = "" }: RoomStatus): string {
  const text = reason.replace(/^[A-Z][A-Z0-9_]+: /, "");
  return text && text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");
}

function explain({ state }: RoomStatus): string {
  if (state === "waiting") return texts.waitingRoom;
  return state === "reconnecting" ? texts.reconnectingRoom : "";
}

function countdown(label: string, at: number | undefined, now: number): string {
  const seconds = Math.ceil(((at ?? now) - now) / 1000);
  return seconds > 0 ? texts.retryIn(label, seconds) : label;
}
