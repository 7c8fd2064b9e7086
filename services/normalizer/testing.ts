import type { RawEnvelope } from "../../contracts/raw-envelope.ts";
import type { EventOf, EventType, UnifiedEvent } from "../../contracts/unified-event.ts";
import { PoisonMessageError } from "../../lib/errors.ts";
import { normalize } from "./normalize.ts";

/** What the tests of this folder share. */

export const now = new Date("2026-11-20T05:00:00.000Z");

/** A raw entry of `type`; an object becomes JSON. */
export function rawOf(type: string, data: string | object, fields: Partial<RawEnvelope> = {}): RawEnvelope {
  return {
    schemaVersion: "raw.v1",
    streamId: "7300000000000000001",
    sessionId: "0b8f6c1e-7d1a-4c0e-9f3b-2a6f0e5d4c3b",
    source: "live",
    type,
    seqNo: 7,
    timestamp: "2024-05-01T12:00:00.000Z",
    ingestedAt: "2024-05-01T12:00:00.250Z",
    data: typeof data === "string" ? data : JSON.stringify(data),
    ...(typeof data === "string" ? {} : { encoding: "json" as const }),
    ...fields,
  };
}

export function eventOf(type: string, data: string | object, fields?: Partial<RawEnvelope>): UnifiedEvent {
  return normalize(rawOf(type, data, fields), now).event;
}

/** The payload of the event, which must be of `eventType`. */
export function payloadOf<Type extends EventType>(eventType: Type, type: string, data: object) {
  const event = eventOf(type, data);
  if (event.eventType !== eventType) throw new Error(`${type} became ${event.eventType}`);
  return event.payload as EventOf<Type>["payload"];
}

/** `EVENT_TYPE` or `EVENT_TYPE SUB_TYPE`, as DESIGN writes them. */
export const nameOf = ({ eventType, subType }: UnifiedEvent) => (subType ? `${eventType} ${subType}` : eventType);

/** Why the message was refused; undefined when it was not. Errors of another kind go on. */
export function refusalOf(raw: RawEnvelope): { reason: string; message: string } | undefined {
  try {
    normalize(raw, now);
    return undefined;
  } catch (error) {
    if (error instanceof PoisonMessageError) return { reason: error.reason, message: error.message };
    throw error;
  }
}
