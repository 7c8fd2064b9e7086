import { gunzipSync } from "node:zlib";
import { ProtoMessageFetchResult as codec, type ProtoMessageFetchResult, WebcastPushFrame } from "tiktok-live-proto/v3";
import type { SourceMessage } from "../raw-message.ts";

/** A frame may not grow beyond this when it is unpacked: 1,000 of TikTok's messages are about 3.5 MB. */
const MAX_UNPACKED = 16 * 1024 * 1024;

/**
 * The messages of one WebSocket frame, in their order; none for heartbeat and enter-room answers.
 *
 * We read frames ourselves, as they arrive: the connector decodes on the thread pool, so its messages come out of
 * order across frames, and those still being decoded when the socket closes never come out at all. It also says
 * nothing about unknown types and payloads that it cannot decode.
 *
 * @throws when the frame is no frame, or does not unpack
 */
export function messagesOf(frame: Uint8Array, receivedAt: Date): SourceMessage[] {
  const { payloadType, payload } = WebcastPushFrame.decode(frame);
  if (payloadType !== "msg") return [];
  const isGzip = payload[0] === 0x1f && payload[1] === 0x8b;
  const body = isGzip ? gunzipSync(payload, { maxOutputLength: MAX_UNPACKED }) : payload;
  return messagesOfResult(codec.decode(body), receivedAt, false);
}

/** The messages of a decoded fetch result; the one in the sign answer is TikTok's history of the room. */
export function messagesOfResult(result: ProtoMessageFetchResult, receivedAt: Date, initial: boolean): SourceMessage[] {
  return result.messages.map(({ method, msgId, isHistory, payload }) => ({
    method,
    msgId,
    isHistory: initial || isHistory,
    payload,
    receivedAt,
  }));
}
