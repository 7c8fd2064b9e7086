import { servedEventSchema } from "../../../contracts/api.ts";
import { deadLetterSchema } from "../../../contracts/dead-letter.ts";
import { exact } from "../../../contracts/exact.ts";
import {
  batchFrameSchema,
  closeCodes,
  socketFrameSchemas,
  socketRequestSchema,
  sseBatchSchema,
  sseGapSchema,
  ssePingSchema,
  sseStateSchema,
  stateFrameSchema,
} from "../../../contracts/feed.ts";
import { rawEnvelopeSchema } from "../../../contracts/raw-envelope.ts";
import { roomStatusSchema } from "../../../contracts/room.ts";
import { streams } from "../../../contracts/streams.ts";
import { unifiedEventSchema } from "../../../contracts/unified-event.ts";

/** The schema of a message has the title that names it. */
type Schema = { title: string; description?: string; [keyword: string]: unknown };

/** One message. */
export interface Message {
  /** As it is called on the wire, where it has a name there. */
  name?: string;
  payload: Schema;
  /** When it comes; without it, what the payload says of itself. */
  summary?: string;
}

/** A place where messages come and go, seen from ttlc. */
export interface Channel {
  id: string;
  address: string;
  /** gateway, socket: reached over HTTP and WebSocket; redis: inside of ttlc. */
  server: "gateway" | "socket" | "redis";
  title: string;
  description: string;
  parameters?: Record<string, string>;
  bindings?: object;
  /** What ttlc puts there, and what it takes from there. */
  sends?: Message[];
  receives?: Message[];
}

/** As the contract has it, where that leaves open what an event and a room are. */
const event = {
  anyOf: [
    servedEventSchema,
    {
      title: "OverlayEvent",
      type: "object",
      description: "For an overlay: of a person no more than name and picture.",
    },
  ],
};
const { properties: batch } = batchFrameSchema;
const precise: Record<string, Schema> = {
  BatchFrame: { ...batchFrameSchema, properties: { ...batch, events: { ...batch.events, items: event } } },
  StateFrame: { ...stateFrameSchema, properties: { ...stateFrameSchema.properties, room: roomStatusSchema } },
};
const frames: Schema[] = socketFrameSchemas.map((schema) => precise[schema.title] ?? schema);

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
    { name: "batch", payload: { ...sseBatchSchema, items: event } },
    { name: "ping", payload: ssePingSchema },
    { name: "state", payload: roomStatusSchema, summary: sseStateSchema.description },
    { name: "gap", payload: sseGapSchema },
  ],
};

const closings = Object.entries(closeCodes).map(([code, why]) => `${code}: ${why}`);

const socket: Channel = {
  id: "socket",
  address: "/ws",
  server: "socket",
  title: "Live feeds and commands on one connection",
  description: `JSON, one frame a message. Nothing is sent before it is asked for, but \`welcome\` and \`keepalive\`. Closed with ${closings.join(" ")}`,
  bindings: {
    ws: {
      query: {
        type: "object",
        properties: { ticket: { type: "string", description: "A one-time ticket, for who cannot send a header." } },
      },
      bindingVersion: "0.1.0",
    },
  },
  sends: frames.map((payload) => ({ payload })),
  receives: socketRequestSchema.oneOf.map((payload) => ({ payload })),
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
export const channels: readonly Channel[] = [liveFeed, socket, ...pipeline];
