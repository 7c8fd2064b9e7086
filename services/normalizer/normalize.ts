import type { RawEnvelope } from "../../contracts/raw-envelope.ts";
import { type EventEntry, type UnifiedEvent, unifiedEventSchema } from "../../contracts/unified-event.ts";
import { PoisonMessageError } from "../../lib/errors.ts";
import { isoText } from "../../lib/instant.ts";
import { createAjv, describeErrors } from "../../lib/json-schema-validator.ts";
import { type Content, remainder } from "./content.ts";
import { decodeBase64, decodeJson, type Encoding, encodingOf } from "./decode.ts";
import { clean, defined } from "./fields.ts";
import { eventId } from "./ids.ts";
import { isOurs, outcomeOf } from "./mapping.ts";
import { plain } from "./plain.ts";
import { decodeProtobuf, isKnown } from "./protobuf.ts";
import { actorOf } from "./users.ts";

const check = createAjv().compile<UnifiedEvent>(unifiedEventSchema);

/**
 * One entry of ttlc:raw as one of ttlc:events. The same raw entry gives the same `event`, byte for byte: no clock, no
 * chance, fixed order of fields.
 *
 * @param now becomes `normalizedAt`
 * @throws PoisonMessageError PARSE_ERROR when the data cannot be read, SCHEMA_ERROR when it makes no valid event; the
 *   message names the field, never its value
 */
export function normalize(raw: RawEnvelope, now: Date): EventEntry {
  const data = typeof raw.data === "string" ? raw.data : JSON.stringify(raw.data);
  const encoding = encodingOf(data, raw.encoding);
  const { eventType, subType, user, payload } = contentOf(raw, data, encoding);
  const msgId = clean(raw.msgId ?? "");
  const event = defined({
    schemaVersion: "unified.v1",
    eventId: eventId(raw),
    eventType,
    subType,
    rawType: clean(raw.type),
    streamId: clean(raw.streamId),
    sessionId: raw.sessionId,
    source: raw.source,
    provider: raw.provider ?? "direct",
    seqNo: raw.seqNo,
    msgId: msgId === "0" || msgId === "" ? undefined : msgId,
    isHistory: raw.isHistory ?? false,
    timestamp: timestampOf(raw),
    ingestedAt: raw.ingestedAt,
    user,
    payload,
  });
  if (!check(event)) throw new PoisonMessageError("SCHEMA_ERROR", describeErrors(check));
  const { redriveOf } = raw;
  return {
    event,
    normalizedAt: isoText(now),
    raw: data,
    ...(encoding && { encoding }),
    ...(redriveOf && { redriveOf }),
  };
}

function contentOf(raw: RawEnvelope, data: string, encoding: Encoding | undefined): Content {
  const rawType = clean(raw.type);
  if (encoding === undefined) return { eventType: "RAW", subType: "TOO_LARGE", user: null, payload: { rawType } };
  if (encoding === "canonical") return remainder(decodeJson(data));
  const bytes = encoding === "base64" ? decodeBase64(data) : undefined;
  if (bytes && isOurs(raw.type)) throw new PoisonMessageError("PARSE_ERROR", "data must be JSON for this type");
  if (bytes && !isKnown(raw.type)) return { eventType: "RAW", user: null, payload: { rawType, data } };

  const message = bytes ? decodeProtobuf(raw.type, bytes) : decodeJson(data);
  const { eventType, subType, payload } = outcomeOf(message, raw);
  return {
    eventType,
    subType,
    user: actorOf(raw.type, message),
    payload: eventType === "RAW" ? { rawType, data: plain(message, bytes !== undefined), ...payload } : payload,
  };
}

/** TikTok LIVE began in 2016; an older time is a default or damage. */
const EARLIEST = Date.parse("2016-01-01T00:00:00Z");
const DAY_MS = 86_400_000;

/** When it happened, as ingest wrote it; its time of receipt when that cannot be. */
function timestampOf({ timestamp, ingestedAt }: RawEnvelope): string {
  const at = Date.parse(timestamp);
  const latest = Date.parse(ingestedAt) + DAY_MS;
  if (Number.isNaN(at)) throw new PoisonMessageError("SCHEMA_ERROR", "timestamp must be a date and time");
  if (Number.isNaN(latest)) throw new PoisonMessageError("SCHEMA_ERROR", "ingestedAt must be a date and time");
  return at >= EARLIEST && at <= latest ? timestamp : ingestedAt;
}
