import type { ServedEvent } from "../../contracts/api.ts";
import {
  type EventEntry,
  eventTypes,
  personalFields,
  type UnifiedEvent,
  type User,
} from "../../contracts/unified-event.ts";

/** What of an event can be erased. */
interface Personal {
  user?: User;
  payload?: Record<string, unknown>;
}

/** One event as storage writes it: `personal` and what follows go to event_pii, the rest to events. */
export interface EventRow {
  event_id: string;
  timestamp: string;
  ingested_at: string;
  position: string;
  seq_no: number;
  session_id: string;
  user_ref: string | null;
  is_history: boolean;
  stream_id: string;
  event_type: string;
  sub_type?: string | undefined;
  raw_type: string;
  msg_id?: string | undefined;
  provider: string;
  payload: Record<string, unknown>;
  personal: Personal;
  /** In base64. */
  raw_bytes?: string | undefined;
  raw_text?: string | undefined;
  encoding?: string | undefined;
}

const personal = Object.fromEntries(eventTypes.map((type) => [type, new Set(personalFields(type))]));

/** @param position packed */
export function toRow({ event, raw, encoding }: EventEntry, position: bigint, userRef: string | null): EventRow {
  return {
    event_id: event.eventId,
    timestamp: event.timestamp,
    ingested_at: event.ingestedAt,
    position: String(position),
    seq_no: event.seqNo,
    session_id: event.sessionId,
    user_ref: userRef,
    is_history: event.isHistory,
    stream_id: event.streamId,
    event_type: event.eventType,
    sub_type: event.subType,
    raw_type: event.rawType,
    msg_id: event.msgId,
    provider: event.provider,
    ...splitPersonal(event),
    ...packRaw(raw, encoding),
    encoding,
  };
}

/** The event's payload without what is personal, and what is. */
function splitPersonal(event: UnifiedEvent): Pick<EventRow, "payload" | "personal"> {
  const payload: Record<string, unknown> = {};
  const hidden: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(event.payload)) {
    (personal[event.eventType]?.has(name) ? hidden : payload)[name] = value;
  }
  return {
    payload,
    personal: {
      ...(event.user && { user: event.user }),
      ...(Object.keys(hidden).length > 0 && { payload: hidden }),
    },
  };
}

/** The original as bytes if it is base64 that encodes back to exactly itself, else as the text it is. */
export function packRaw(
  raw: string | undefined,
  encoding: string | undefined,
): { raw_bytes?: string; raw_text?: string } {
  if (raw === undefined) return {};
  const exact = encoding === "base64" && Buffer.from(raw, "base64").toString("base64") === raw;
  return exact ? { raw_bytes: raw } : { raw_text: raw };
}

/** An event read back (select-events.ts). */
export interface StoredEventRow {
  event_id: string;
  timestamp: Date;
  ingested_at: Date;
  /** Packed. */
  position: string;
  seq_no: string;
  session_id: string;
  user_ref: string | null;
  is_history: boolean;
  stream_id: string;
  event_type: string;
  sub_type: string | null;
  raw_type: string;
  msg_id: string | null;
  provider: string;
  source: string;
  payload: object;
  /** null once it was erased. */
  personal: Personal | null;
}

/** The whole event again, or what an erasure left of it. */
export function toServedEvent(row: StoredEventRow): ServedEvent {
  return {
    schemaVersion: "unified.v1",
    eventId: row.event_id,
    eventType: row.event_type,
    ...(row.sub_type !== null && { subType: row.sub_type }),
    rawType: row.raw_type,
    streamId: row.stream_id,
    sessionId: row.session_id,
    source: row.source,
    provider: row.provider,
    seqNo: Number(row.seq_no),
    ...(row.msg_id !== null && { msgId: row.msg_id }),
    isHistory: row.is_history,
    timestamp: row.timestamp.toISOString(),
    ingestedAt: row.ingested_at.toISOString(),
    user: row.personal?.user ?? null,
    payload: { ...row.payload, ...row.personal?.payload },
    ...(row.personal === null && { erased: true }),
  } as ServedEvent;
}
