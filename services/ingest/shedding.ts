import type { ShedClass } from "../../contracts/room.ts";
import type { SourceMessage } from "./raw-message.ts";
import { readVarint } from "./wire.ts";

/** What a raw type is worth to who reads the room later; what is not listed is "other". */
const classes: ReadonlyMap<string, ShedClass> = new Map([
  ["WebcastRoomUserSeqMessage", "crowd"],
  ["WebcastLikeMessage", "crowd"],
  ["WebcastMemberMessage", "crowd"],
  ["WebcastChatMessage", "vital"],
  ["WebcastGiftMessage", "vital"],
  ["WebcastSocialMessage", "vital"],
  ["WebcastSubNotifyMessage", "vital"],
  ["WebcastControlMessage", "vital"], // the end of the stream: one message, and no other says so
]);

/** Load of the queue in memory from which on a class is shed. At the last it is the end of memory. */
const shedFrom: Readonly<Record<ShedClass, number>> = { crowd: 1, other: 1.5, vital: 2 };

type Valued = Pick<SourceMessage, "method" | "payload" | "encoding">;

/** What the message is worth. */
export function classOf(message: Valued): ShedClass {
  return isSubscription(message) ? "vital" : (classes.get(message.method) ?? "other");
}

/** The class for which a room that sheds gives a message up; undefined: it keeps it. */
export function shedAs(message: Valued, load: number): ShedClass | undefined {
  const own = classOf(message);
  return load >= shedFrom[own] ? own : undefined;
}

/** A member message is a join, or a subscription: SUBSCRIBE MEMBER (action, 10, in tiktok-live-proto 0.2.3). */
const isSubscription = ({ method, payload, encoding }: Valued) =>
  method === "WebcastMemberMessage" &&
  (encoding === "json" ? /"action":3\b/.test(Buffer.from(payload).toString()) : readVarint(payload, 10) === 3n);
