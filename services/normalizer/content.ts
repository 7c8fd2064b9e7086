import { type EventType, eventTypes, personalFields, type User } from "../../contracts/unified-event.ts";
import { PoisonMessageError } from "../../lib/errors.ts";
import { type Fields, part, someText } from "./fields.ts";
import { plain } from "./plain.ts";

/** What is in an event beside what its envelope says. Unchecked: the whole event is, once it is put together. */
export interface Content {
  eventType: EventType;
  subType?: string | undefined;
  user: User | null;
  payload: object;
}

/** Personal fields that the contract requires: empty after an erasure. */
const erased: { readonly [Type in EventType]?: object } = { CHAT: { message: "" }, CONNECTED: { uniqueId: "" } };

/**
 * What an erasure left of a stored event, sent by replay in place of TikTok's bytes: passed through without anybody in
 * it, whatever it holds.
 */
export function remainder({ eventType, subType, payload }: Fields): Content {
  const type = eventTypes.find((known) => known === eventType);
  if (type === undefined) throw new PoisonMessageError("SCHEMA_ERROR", "eventType must be one of the contract");
  const personal = personalFields(type);
  const kept = Object.entries(part(plain(payload, false))).filter(([field]) => !personal.includes(field));
  return {
    eventType: type,
    subType: someText(subType),
    user: null,
    payload: { ...erased[type], ...Object.fromEntries(kept) },
  };
}
