import { type EventType, eventTypes } from "./unified-event.ts";

/** Events that nobody does: they never have a `user`. */
export const personless: ReadonlySet<EventType> = new Set([
  ...(["ROOM_USER", "STREAM_END", "CONNECTED", "DISCONNECTED", "ERROR"] as const),
]);

const ofPeople = eventTypes.filter((type) => !personless.has(type));

/** What a rule may say of an event, and the types of events that ever have it. */
export const placeholderTypes = {
  username: ofPeople,
  displayName: ofPeople,
  giftName: ["GIFT"],
  giftCount: ["GIFT"],
  coins: ["GIFT"],
  message: ["CHAT"],
  eventType: eventTypes,
  timestamp: eventTypes,
  streamId: eventTypes,
} as const satisfies Record<string, readonly EventType[]>;

export type Placeholder = keyof typeof placeholderTypes;

/** Of events of a type. */
export const placeholdersOf = (eventType: EventType): Placeholder[] =>
  (Object.keys(placeholderTypes) as Placeholder[]).filter((name) =>
    (placeholderTypes[name] as readonly EventType[]).includes(eventType),
  );
