import { hash } from "node:crypto";
import type { Provider, RawEnvelope } from "../../contracts/raw-envelope.ts";
import { isoText } from "../../lib/instant.ts";
import { type Common, readCommon } from "./wire.ts";

/** One message as a source delivers it. */
export interface SourceMessage {
  /** TikTok's type, `WebcastChatMessage`. */
  method: string;
  /** Envelope id; "0" or empty counts as none. */
  msgId: string;
  /** TikTok's own flag, or it came with the initial fetch. */
  isHistory: boolean;
  /** TikTok's bytes, or JSON in UTF-8. */
  payload: Uint8Array;
  receivedAt: Date;
  /** How to read `payload`. (Default: as TikTok's bytes) */
  encoding?: "json";
  /** Who brought it. (Default: whoever the session is taken from) */
  provider?: Provider;
  /** What the payload says in front, where it need not be read again. */
  common?: Common;
}

/** A raw entry without its place in the room: the publish script gives it seqNo, once per `key`. */
export interface Unplaced {
  entry: Omit<RawEnvelope, "seqNo">;
  /** What makes it the same message when it comes again. */
  key: string;
  /** How long `key` marks a duplicate, in ms; 0: as long as the room is remembered. */
  windowMs: number;
  /** Only the room's owner may publish it: nobody else can know it, or recognise it when it comes again. */
  ownerOnly?: true | undefined;
}

/** Where a message belongs. */
export interface Origin {
  streamId: string;
  sessionId: string;
  provider: Provider;
  connectedAt: Date;
}

/** Larger payloads are published without their data, as RAW TOO_LARGE. */
const MAX_BYTES = 256 * 1024;
/** Without an id, equal bytes within this time are one message. */
const SAME_BYTES_MS = 60_000;
/** What was created this long before the connection is history, whatever its flag says. */
const HISTORY_MS = 5_000;
/** TikTok LIVE did not exist before; a clock that says so is wrong. */
const EARLIEST = Date.UTC(2016, 0, 1);
const DAY_MS = 86_400_000;

/** True when `method` can be the type of a raw entry: eventId joins with ':'. */
export const isPublishable = (method: string) => /^[^:]{1,128}$/.test(method);

export const isTooLarge = (payload: Uint8Array) => payload.length > MAX_BYTES;

/** A message of the room as a raw entry. */
export function fromMessage(message: SourceMessage, origin: Origin): Unplaced {
  const { encoding = "base64", common = readCommon(message.payload) } = message;
  const msgId = usableId(message.msgId) ?? usableId(common.msgId ?? "");
  const data = isTooLarge(message.payload)
    ? ""
    : Buffer.from(message.payload).toString(encoding === "json" ? "utf8" : encoding);
  const isHistory = message.isHistory || wasBefore(origin.connectedAt, common);
  const entry: Unplaced["entry"] = {
    ...envelope(
      { ...origin, provider: message.provider ?? origin.provider },
      message.method,
      timestamp(common, message.receivedAt),
      message.receivedAt,
    ),
    data,
    ...(msgId === undefined ? {} : { msgId }),
    isHistory,
    ...(isTooLarge(message.payload) ? {} : { encoding }),
  };
  if (msgId !== undefined) return { entry, key: `${message.method}|${msgId}`, windowMs: 0 };
  return {
    entry,
    key: `${message.method}|h:${hash("sha256", message.payload)}`,
    windowMs: SAME_BYTES_MS,
    ownerOnly: true,
  };
}

/** A fact that only the room's actor knows (`ControlEvent.*`, `ttlc.*`); `id` is made once, when the fact is. */
export function fromFact(
  type: string,
  data: object,
  at: Date,
  id: string,
  origin: Omit<Origin, "connectedAt">,
  isHistory = false,
): Unplaced {
  const entry: Unplaced["entry"] = {
    ...envelope(origin, type, at, at),
    data: JSON.stringify(data),
    msgId: id,
    isHistory,
    encoding: "json",
  };
  return { entry, key: `${type}|${id}`, windowMs: 0, ownerOnly: true };
}

const envelope = (origin: Omit<Origin, "connectedAt">, type: string, timestamp: Date, ingestedAt: Date) => ({
  schemaVersion: "raw.v1" as const,
  streamId: origin.streamId,
  sessionId: origin.sessionId,
  source: "live" as const,
  type,
  timestamp: isoText(timestamp),
  ingestedAt: isoText(ingestedAt),
  provider: origin.provider,
});

const usableId = (id: string) => (id === "" || id === "0" ? undefined : id.slice(0, 128));

function wasBefore(connectedAt: Date, { createTime }: Common): boolean {
  return createTime !== undefined && createTime > EARLIEST && createTime < connectedAt.getTime() - HISTORY_MS;
}

/** TikTok's createTime if it can be true, else when we received it. */
function timestamp({ createTime }: Common, receivedAt: Date): Date {
  const sane = createTime !== undefined && createTime >= EARLIEST && createTime <= receivedAt.getTime() + DAY_MS;
  return sane ? new Date(createTime) : receivedAt;
}
