import type { StreamItem } from "../../../contracts/api.ts";
import type { RoomStatus } from "../../../contracts/room.ts";
import type { Link } from "./live-source.ts";
import { messages } from "./messages.ts";

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
  connecting: "warn",
  reconnecting: "warn",
  waiting: "quiet",
  ended: "quiet",
  failed: "bad",
};

/** Trouble between this page and ttlc comes first: it makes everything else old news. */
export function connectionOf(link: Link, stream: Stream, now: number): Connection {
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
      return roomConnection(stream, now);
  }
}

type Stream = Pick<StreamItem, "endedAt" | "room"> | null;

/** Where the room stands: its actor's word, else what storage knows. */
export function roomConnection(stream: Stream, now: number): Connection {
  const room = stream?.room;
  if (stream?.endedAt || room?.state === "ended")
    return { label: texts.ended, tone: "quiet", detail: room?.reason ?? "" };
  if (!room) return { label: texts.idle, tone: "quiet", detail: texts.idleRoom };
  const retryAt = room.nextAttemptAt ? Date.parse(room.nextAttemptAt) : undefined;
  const label = room.state === "reconnecting" ? countdown(texts.reconnecting, retryAt, now) : texts[room.state];
  return { label, tone: tones[room.state], detail: room.reason ?? explain(room) };
}

function explain({ state }: RoomStatus): string {
  if (state === "waiting") return texts.waitingRoom;
  return state === "reconnecting" ? texts.reconnectingRoom : "";
}

function countdown(label: string, at: number | undefined, now: number): string {
  const seconds = Math.ceil(((at ?? now) - now) / 1000);
  return seconds > 0 ? texts.retryIn(label, seconds) : label;
}
