import { gzipSync } from "node:zlib";
import {
  BaseProtoMessage,
  CommonMessageData,
  ProtoMessageFetchResult,
  PushHeader,
  type MessageCommonText as Text,
  WebcastBarrageMessage,
  WebcastCaptionMessage,
  WebcastChatMessage,
  WebcastControlMessage,
  WebcastEmoteChatMessage,
  WebcastEnvelopeMessage,
  WebcastGiftMessage,
  WebcastGoalUpdateMessage,
  WebcastImDeleteMessage,
  WebcastLikeMessage,
  WebcastLinkMicArmies,
  WebcastLinkMicBattle,
  WebcastLiveIntroMessage,
  WebcastMemberMessage,
  WebcastPollMessage,
  WebcastPushFrame,
  WebcastQuestionNewMessage,
  WebcastRoomPinMessage,
  WebcastRoomUserSeqMessage,
  WebcastSocialMessage,
  WebcastSubNotifyMessage,
} from "tiktok-live-proto/v3";
import { encode, type MessageOf, make } from "./codec.ts";

/** The message types the simulator speaks. */
export const codecs = {
  WebcastBarrageMessage,
  WebcastCaptionMessage,
  WebcastChatMessage,
  WebcastControlMessage,
  WebcastEmoteChatMessage,
  WebcastEnvelopeMessage,
  WebcastGiftMessage,
  WebcastGoalUpdateMessage,
  WebcastImDeleteMessage,
  WebcastLikeMessage,
  WebcastLinkMicArmies,
  WebcastLinkMicBattle,
  WebcastLiveIntroMessage,
  WebcastMemberMessage,
  WebcastPollMessage,
  WebcastQuestionNewMessage,
  WebcastRoomPinMessage,
  WebcastRoomUserSeqMessage,
  WebcastSocialMessage,
  WebcastSubNotifyMessage,
} as const;

export type Method = keyof typeof codecs;
type Fields<Name extends Method> = Partial<MessageOf<(typeof codecs)[Name]>>;

/** A message before it has an id, a room and a time. */
export interface Draft<Name extends Method = Method> {
  method: Name;
  fields: Omit<Fields<Name>, "common">;
  /** The sentence the app shows for it; its key tells follows from shares. */
  text?: Text | undefined;
}

export const draft = <Name extends Method>(
  method: Name,
  fields: Omit<Fields<Name>, "common">,
  text?: Text,
): Draft<Name> => ({ method, fields, text });

/** One message as it travels: in a frame, or in the answer of the signer. */
export interface Message {
  method: string;
  payload: Buffer;
  /** "0": it has none. */
  msgId: string;
  isHistory?: boolean;
}

/** What every message begins with. */
export interface Envelope {
  msgId: string;
  roomId: string;
  /** Milliseconds since 1970. */
  at: number;
}

export const commonOf = ({ method, text }: Draft, { msgId, roomId, at }: Envelope): CommonMessageData =>
  make(CommonMessageData, { method, msgId, roomId, createTime: String(at), isShowMsg: true, displayText: text });

export function seal(draft: Draft, common: CommonMessageData): Message {
  const codec = codecs[draft.method] as Parameters<typeof encode>[0];
  return { method: draft.method, payload: encode(codec, { ...draft.fields, common }), msgId: common.msgId };
}

interface FetchResult {
  /** Milliseconds since 1970. */
  at: number;
  pushServer?: string;
  needAck?: boolean;
}

/** What the signer answers, and what a frame carries. A client asked for an ack sends `internalExt` back. */
export function fetchResult(
  messages: readonly Message[],
  { at, pushServer = "", needAck = false }: FetchResult,
): Buffer {
  return encode(ProtoMessageFetchResult, {
    messages: messages.map((message) => make(BaseProtoMessage, message)),
    cursor: `${at}_1_1_1_0`,
    fetchInterval: "1000",
    now: String(at),
    internalExt: `fetch_time:${at}|start_time:0|ack_ids:,,|flag:0|seq:1|next_cursor:${at}_1_1_1_0|wss_info:0-${at}-0-0`,
    heartbeatDuration: "10000",
    needAck,
    pushServer,
    routeParams: pushServer ? { imprp: "", wrss: "simulated" } : {},
    isFirst: pushServer !== "",
    historyNoMore: true,
  });
}

/** A push frame ready for the socket. */
export interface Frame {
  bytes: Buffer;
  /** What an ack names. */
  logId: string;
  messages: readonly Message[];
}

const gzipHeader = [make(PushHeader, { key: "compress_type", value: "gzip" })];

function pushFrame(payloadType: string, logId: string, payload: Buffer, headers: PushHeader[] = []): Buffer {
  return encode(WebcastPushFrame, {
    seqId: "1",
    logId,
    service: "1",
    method: "8",
    headers,
    payloadEncoding: "pb",
    payloadType,
    payload,
  });
}

/** @param at milliseconds since 1970 */
export function frame(messages: readonly Message[], logId: string, at: number): Frame {
  const payload = gzipSync(fetchResult(messages, { at, needAck: true }), { level: 1 });
  return { bytes: pushFrame("msg", logId, payload, gzipHeader), logId, messages };
}

/** A frame whose gzip begins well and breaks off: no client can read what was in it. */
export function brokenFrame(logId: string, at: number): Frame {
  const payload = gzipSync(fetchResult([], { at })).subarray(0, 20);
  return {
    bytes: pushFrame("msg", logId, Buffer.concat([payload, Buffer.from("not gzip")]), gzipHeader),
    logId,
    messages: [],
  };
}

export const enterRoomAnswer = (logId: string) => pushFrame("im_enter_room_resp", logId, Buffer.alloc(0));

/** What a client sent: `im_enter_room`, `hb` (it is still there) or `ack` (it has received the frame `logId`). */
export interface ClientFrame {
  type: string;
  logId: string;
  payload: Buffer;
}

/** Undefined: it is no frame. */
export function readClientFrame(bytes: Buffer): ClientFrame | undefined {
  try {
    const { payloadType, logId, payload } = WebcastPushFrame.decode(bytes);
    return { type: payloadType, logId, payload };
  } catch {
    return undefined;
  }
}

/** A heartbeat is answered with itself. */
export const heartbeatAnswer = (logId: string, { payload }: ClientFrame) => pushFrame("hb", logId, payload);
