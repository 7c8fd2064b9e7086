import type { EventType, Payload } from "../../contracts/unified-event.ts";
import { defined } from "./fields.ts";

export type Facts = NonNullable<Payload<"RAW">["facts"]>;

/** What a message says, before it is an event: type and payload. A RAW payload gets its type and data later. */
export type Outcome = {
  [Type in EventType]: {
    eventType: Type;
    subType?: string | undefined;
    payload: Type extends "RAW" ? { facts?: Facts } : Payload<Type>;
  };
}[EventType];

/** An event of a type of its own. Fields of the payload that are undefined are left out. */
export function to<Type extends Exclude<EventType, "RAW">>(
  eventType: Type,
  payload: Payload<Type>,
  subType?: string,
): Outcome {
  return { eventType, subType, payload: defined(payload) } as Outcome;
}

/** A message passed on whole; `facts` are what others need to know of it and is not personal. */
export function raw(subType?: string, facts?: Facts): Outcome {
  return { eventType: "RAW", subType, payload: facts ? { facts: defined(facts) } : {} };
}
