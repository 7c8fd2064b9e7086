import type { DeadLetter } from "./dead-letter.ts";
import type { RawEnvelope } from "./raw-envelope.ts";
import type { EventEntry } from "./unified-event.ts";

/**
 * The pipeline, as data: who appends to each Redis Stream and which durable consumer groups read it.
 *
 *   ingest -> ttlc:raw -> normalizer -> ttlc:events -> storage | rules | forwarder      anything hopeless -> ttlc:dlq
 *
 * A durable group is shared by all instances of its service and must see every entry. `tails` are per-instance
 * groups (`<tail>:<nodeID>`) that only follow the present and hold nothing back: see DESIGN rule 5.
 */
export const streams = {
  "ttlc:raw": { carries: "raw.v1", writers: ["ingest"], groups: ["normalizer"], tails: [] },
  "ttlc:events": {
    carries: "unified.v1",
    writers: ["normalizer"],
    groups: ["storage", "rules", "forwarder"],
    tails: ["api"],
  },
  "ttlc:dlq": {
    carries: "dlq.v1",
    writers: ["ingest", "normalizer", "storage", "rules", "forwarder"],
    groups: ["ops"],
    tails: [],
  },
} as const satisfies Record<string, Topology>;

interface Topology {
  /** Schema version of the entries. */
  carries: "raw.v1" | "unified.v1" | "dlq.v1";
  /** Services that may append. */
  writers: readonly string[];
  /** Durable consumer groups. */
  groups: readonly string[];
  /** Prefixes of per-instance live tails. */
  tails: readonly string[];
}

/** What one entry of each stream carries, decoded. */
export interface StreamMessages {
  "ttlc:raw": RawEnvelope;
  "ttlc:events": EventEntry;
  "ttlc:dlq": DeadLetter;
}

export type StreamName = keyof typeof streams;

/**
 * The groups that every deployment has: an entry stays until all of them have acknowledged it, and while one of them does
 * not exist nothing is removed at all. One setting for the whole deployment, whichever services a process runs.
 */
export const requiredGroups = {
  "ttlc:raw": ["normalizer"],
  "ttlc:events": ["storage"],
  "ttlc:dlq": ["ops"],
} as const satisfies { [Name in StreamName]: readonly GroupOf<Name>[] };

/**
 * Groups of services that a deployment may be without: where one exists, an entry waits for it too, but not for ever
 * (mixins/streams/janitor.ts). Who finds in Postgres what was removed, as the forwarder does, is not among them.
 */
export const awaitedGroups = {
  "ttlc:raw": [],
  "ttlc:events": ["rules"],
  "ttlc:dlq": [],
} as const satisfies { [Name in StreamName]: readonly GroupOf<Name>[] };

export type GroupOf<Name extends StreamName> = (typeof streams)[Name]["groups"][number];
export type TailOf<Name extends StreamName> = (typeof streams)[Name]["tails"][number];
