import type { ServedEvent } from "../../contracts/api.ts";
import type { Envelope } from "../../contracts/destination.ts";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import { eulerBundle } from "./euler.ts";

/** What is posted. */
export interface Body {
  contentType: string;
  text: string;
}

/** The events of one batch in the form that the destination wants, in their order. */
export function bodyOf(envelope: Envelope, events: readonly UnifiedEvent[], now: Date): Body {
  const [contentType, value] = layouts[envelope](events, now);
  return { contentType, text: JSON.stringify(value) };
}

type Layout = (events: readonly UnifiedEvent[], now: Date) => [contentType: string, value: unknown];

const layouts: Record<Envelope, Layout> = {
  unified: (events) => ["application/json", events],
  cloudevents: (events) => ["application/cloudevents-batch+json", events.map(cloudEvent)],
  euler: (events, now) => ["application/json", eulerBundle(events, now)],
};

/** CloudEvents 1.0. `source` with `id` names the event for ever: a receiver may tell by them what it has already. */
export const cloudEvent = (event: UnifiedEvent) => ({
  specversion: "1.0",
  id: event.eventId,
  source: `/streams/${encodeURIComponent(event.streamId)}`,
  type: `dev.ttlc.${event.eventType.toLowerCase().replaceAll("_", "-")}.v1`,
  time: event.timestamp,
  ...(event.user && { subject: event.user.userId }),
  datacontenttype: "application/json",
  dataschema: "https://ttlc.dev/contracts/unified-event.v1.schema.json",
  data: event,
});

/** As the contract has it: what is attached when an event is served is no part of it. */
export function asUnified({ inherited: _, ...event }: ServedEvent): UnifiedEvent {
  return event as UnifiedEvent;
}
