import type { FromSchema, JSONSchema } from "json-schema-to-ts";
import { exact } from "./exact.ts";
import { instant, instantOrNull, text, textOrNull, uuid } from "./fields.ts";
import { roomStates } from "./room.ts";

const lastStream = exact("ChannelStream", {
  streamId: text,
  title: textOrNull,
  startedAt: instant,
  endedAt: { ...instantOrNull, description: "null: it goes on, or nobody told its end" },
  lastEventAt: instant,
}) satisfies JSONSchema;

const wanted = exact("ChannelWanted", {
  provider: { enum: ["direct", "euler", "simulator"] },
  since: instant,
}) satisfies JSONSchema;

const room = exact("ChannelRoom", {
  state: { enum: roomStates },
  since: { ...instant, description: "since when it is in this state" },
  streamId: { ...textOrNull, description: "the broadcast, once known" },
  sessionId: { ...textOrNull, description: "the live period, while live" },
}) satisfies JSONSchema;

const stored = {
  channelId: uuid,
  uniqueId: { ...textOrNull, description: "the streamer's @handle; null when another account took it over" },
  displayName: textOrNull,
  simulated: { type: "boolean", description: "made by the simulator: it stays out of totals" },
  createdAt: instant,
  streams: { type: "integer", minimum: 0, description: "broadcasts of which something is stored" },
  lastStream: { anyOf: [lastStream, { type: "null" }], description: "the broadcast that began last" },
  wanted: { anyOf: [wanted, { type: "null" }], description: "null: nobody asked to follow it" },
} as const;

export const channelItemSchema = exact("ChannelItem", {
  ...stored,
  room: { anyOf: [room, { type: "null" }], description: "the actor that follows it now; null: none" },
}) satisfies JSONSchema;

/** A streamer's account. */
export type ChannelItem = FromSchema<typeof channelItemSchema>;

export const channelPageSchema = exact("ChannelPage", {
  items: { type: "array", items: channelItemSchema },
  next: textOrNull,
}) satisfies JSONSchema;
