import type { Redis } from "ioredis";
import type { Service } from "moleculer";
import type { StreamMessages, StreamName } from "../../contracts/streams.ts";
import type { Entry } from "../../lib/define-service.ts";
import type { Patience } from "./patience.ts";
import type { ConsumerStats } from "./stats.ts";

/** The forms of `consumes` (lib/define-service.ts) seen from inside: exactly one of handler, batch and map is there. */
export interface GroupForm {
  group: string;
  batchSize?: number;
  members?: number;
  isStored?: boolean;
  floor?(): Promise<string>;
  handler?(message: unknown, entry: Entry): Promise<void>;
  batch?(entries: readonly Entry[]): Promise<void>;
  to?: StreamName;
  map?(message: unknown, entry: Entry): StreamMessages[StreamName];
}

/** One member of a durable consumer group: who it is and what it works with. */
export interface Membership {
  stream: StreamName;
  consumer: GroupForm;
  /** The service, `this` of its handlers and the stage in its dead letters. */
  service: { name: string };
  /** Unique to this process: two that shared a name would get the same entries. */
  name: string;
  commands: Redis;
  logger: Service["logger"];
  patience: Patience;
  stats: ConsumerStats;
}

/** The run of Redis in which the stream was last raised to its floor. */
export const floorKey = (stream: StreamName): string => `ttlc:floor:${stream}`;

/** How often each entry of a group was tried alone; a hash by entry id. 0: taken over once, tried in a batch. */
export const attemptsKey = ({ stream, consumer }: Pick<Membership, "stream" | "consumer">): string =>
  `ttlc:attempts:${stream}:${consumer.group}`;
