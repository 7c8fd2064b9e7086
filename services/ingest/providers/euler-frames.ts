import { parseJson } from "../../../lib/json.ts";
import { isRoomId } from "../liveness.ts";
import type { SourceMessage } from "../raw-message.ts";
import type { Source } from "../source.ts";

/** One message of Euler's WebSocket: TikTok's in the layout of schema v2, or one of Euler's own. */
export interface EulerMessage {
  type: string;
  data: Readonly<Record<string, unknown>>;
}

/** Deeper than a message may nest: the normalizer judges messages one by one, this would refuse all of a frame. */
const MAX_FRAME_DEPTH = 256;

/**
 * The messages of one frame, text or binary: a bundle `{timestamp, messages: [{type, data}]}`, or one alone.
 *
 * @throws when the frame is neither
 */
export function messagesIn(frame: string): EulerMessage[] {
  const parsed = parseJson(frame, MAX_FRAME_DEPTH);
  const messages = isObject(parsed) && Array.isArray(parsed.messages) ? parsed.messages : [parsed];
  for (const message of messages) {
    if (!isObject(message) || typeof message.type !== "string") throw new TypeError("not a message");
  }
  return messages.map(({ type, data }) => ({ type, data: isObject(data) ? data : {} }));
}

/** As ingest takes it; ids and times are where TikTok has them, in `common`. */
export function toSourceMessage({ type, data }: EulerMessage, receivedAt: Date): SourceMessage {
  const common = isObject(data.common) ? data.common : {};
  const createTime = Number(common.createTime);
  const msgId = typeof common.msgId === "string" ? common.msgId : "";
  return {
    method: type,
    msgId,
    isHistory: false,
    payload: Buffer.from(JSON.stringify(data)),
    receivedAt,
    encoding: "json",
    provider: "euler",
    common: { ...(msgId ? { msgId } : {}), ...(Number.isFinite(createTime) ? { createTime } : {}) },
  };
}

/** What a message says of the room that it is in. */
export interface RoomFacts extends Partial<Pick<Source, "owner" | "title">> {
  streamId?: string;
  isLive?: boolean;
}

/** `roomInfo` says it all; any message of TikTok's names the room. */
export function roomFactsOf({ type, data }: EulerMessage): RoomFacts {
  if (type !== "roomInfo") {
    const { roomId } = isObject(data.common) ? data.common : {};
    return isRoomId(roomId) ? { streamId: roomId } : {};
  }
  const info = isObject(data.roomInfo) ? data.roomInfo : {};
  const user = isObject(data.user) ? data.user : {};
  const { id, isLive, title } = info;
  const userId = user.userId ?? user.id;
  const owner = isRoomId(userId) && {
    userId,
    uniqueId: String(user.uniqueId ?? ""),
    displayName: String(user.nickname ?? ""),
  };
  return {
    ...(isRoomId(id) ? { streamId: id } : {}),
    ...(typeof isLive === "boolean" ? { isLive } : {}),
    ...(typeof title === "string" && title ? { title } : {}),
    ...(owner ? { owner } : {}),
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
