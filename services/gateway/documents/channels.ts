import { servedEventSchema } from "../../../contracts/api.ts";
import { deadLetterSchema } from "../../../contracts/dead-letter.ts";
import { exact } from "../../../contracts/exact.ts";
import { rawEnvelopeSchema } from "../../../contracts/raw-envelope.ts";
import { roomStatusSchema } from "../../../contracts/room.ts";
import { streams } from "../../../contracts/streams.ts";
import { unifiedEventSchema } from "../../../contracts/unified-event.ts";

/** One message: its schema has the title that names it. */
export interface Message {
  /** As it is called on the wire, where it has a name there. */
  name?: string;
  payload: { title: string };
  summary: string;
}

/** A place where messages come and go, seen from ttlc. */
export interface Channel {
  id: string;
  address: string;
  /** gateway: reached over HTTP; redis: inside of ttlc. */
  server: "gateway" | "redis";
  title: string;
  description: string;
  parameters?: Record<string, string>;
  bindings?: object;
  /** What ttlc puts there, and what it takes from there. */
  sends?: Message[];
  receives?: Message[];
}

const position = { type: "string", pattern: "^\\d{1,13}-\\d{1,7}$" } as const;

const liveFeed: Channel = {
  id: "liveFeed",
  address: "/streams/{id}/events",
  server: "gateway",
  title: "The live feed of a stream",
  description:
    "Server-Sent Events. `id` is a position: come back with it in `Last-Event-ID` or `?after=`, and the feed goes on from there without a gap or a double.",
  parameters: { id: "A stream's id, or the name of a streamer whose room is connected." },
  bindings: { http: { bindingVersion: "0.3.0" } },
  sends: [
    {
      name: "batch",
      summary: "`id` is the last position examined, also of what was filtered out.",
      payload: { title: "SseBatch", type: "array", minItems: 1, maxItems: 200, items: servedEventSchema } as never,
    },
    { name: "ping", summary: "Every 15 seconds; `id` is the last position examined.", payload: exact("SsePing", {}) },
    {
      name: "state",
      summary: "On connect, and on every change of the room.",
      payload: { ...roomStatusSchema, title: "RoomStatus" },
    },
    {
      name: "gap",
      summary: "What lies between these positions was lost for this client, because it did not read.",
      payload: exact("SseGap", { from: position, to: position }),
    },
  ],
};

const eventEntrySchema = {
  ...exact(
    "EventEntry",
    {
      event: unifiedEventSchema as object,
      normalizedAt: { type: "string", format: "date-time" },
      raw: { type: "string", description: "`data` of the raw entry, unchanged" },
      encoding: { enum: ["base64", "json", "canonical"] },
    },
    ["normalizedAt", "raw", "encoding"],
  ),
  description: "The event as JSON text, and beside it the original bytes.",
};

const entries = {
  "ttlc:raw": { payload: rawEnvelopeSchema, summary: "One message as it came from TikTok." },
  "ttlc:events": { payload: eventEntrySchema, summary: "One event, with the original bytes for storage." },
  "ttlc:dlq": { payload: deadLetterSchema, summary: "One entry that was given up." },
} satisfies Record<keyof typeof streams, Message>;

const pipeline = Object.entries(streams).map(([address, { writers, groups, tails }]): Channel => {
  const message = entries[address as keyof typeof streams];
  const own = tails.length > 0 ? ` Tails, one of each instance: ${tails.join(", ")}.` : "";
  return {
    id: address.replace(":", "-"),
    address,
    server: "redis",
    title: `The Redis Stream ${address}`,
    description: `Written by ${writers.join(", ")}. Consumer groups: ${groups.join(", ")}.${own}`,
    sends: [message],
    receives: [message],
  };
});

/** Everything that the AsyncAPI document tells of. */
export const channels: readonly Channel[] = [liveFeed, ...pipeline];
