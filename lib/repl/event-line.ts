import type { EventOf, EventType, UnifiedEvent } from "../../contracts/unified-event.ts";

/** What an event says, in a few words; a type without a line here is shown as its payload. */
const says: { [Type in EventType]?: (payload: EventOf<Type>["payload"]) => string } = {
  CHAT: ({ message }) => message,
  GIFT: ({ giftName, giftCount, coins, streakState }) =>
    `${giftName} x${giftCount}, ${coins} coins${streakState === "progress" ? "..." : ""}`,
  LIKE: ({ count, total }) => `+${count}${total === undefined ? "" : ` (${total})`}`,
  ROOM_USER: ({ viewers }) => `${viewers} viewers`,
  EMOTE: ({ emotes }) => emotes.map(({ emoteId }) => emoteId).join(" "),
  DISCONNECTED: ({ code, reason }) => `${code} ${reason}`,
  ERROR: ({ code, message }) => `${code} ${message}`,
  RAW: ({ rawType }) => rawType,
};

/** `12:30:05 #42 CHAT         @alice hello`: one line, safe to print, whatever people wrote. */
export function eventLine(event: UnifiedEvent): string {
  const time = new Date(event.timestamp).toTimeString().slice(0, 8);
  const type = event.subType ? `${event.eventType}/${event.subType}` : event.eventType;
  const who = event.user ? `@${event.user.uniqueId} ` : "";
  const say = says[event.eventType] as ((payload: UnifiedEvent["payload"]) => string) | undefined;
  const what = say ? say(event.payload) : JSON.stringify(event.payload);
  return `${time} #${event.seqNo} ${type.padEnd(12)} ${who}${what}`.replace(/\p{Cc}/gu, " ").slice(0, 200);
}
