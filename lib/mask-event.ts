import type { ServedEvent } from "../contracts/api.ts";
import { eventTypes, personalFields } from "../contracts/unified-event.ts";

const hidden = Object.fromEntries(eventTypes.map((type) => [type, new Set(personalFields(type))]));

/** The event without anything that says who: for those who run ttlc and need not know whom it is about. */
export function maskEvent({ inherited: _, ...event }: ServedEvent): ServedEvent {
  const kept = Object.entries(event.payload).filter(([name]) => !hidden[event.eventType]?.has(name));
  return { ...event, user: null, payload: Object.fromEntries(kept), masked: true } as ServedEvent;
}
