import type { UnifiedEvent } from "../../contracts/unified-event.ts";

/** What a producer of many hands over at once: all of them, ours too, are slower with 500. */
const CHUNK = 200;

/** The job that everybody does: producer -> queue A -> `touch` -> queue B -> `sink`, on a Redis of its own. */
export interface Job {
  redisUrl: string;
  /** What the handler between the queues does to an event that it has parsed. */
  touch(event: UnifiedEvent): UnifiedEvent;
  /** What the last one does with an event that it has parsed. */
  sink(event: UnifiedEvent): void;
}

/** A job that runs. */
export interface Stages {
  /** The producer: sends these as fast as it can; resolves once all have been taken. */
  send(events: readonly UnifiedEvent[]): Promise<void>;
  /** Only of who promises each event exactly once: resolves once nothing is on its way, rejects when something is left. */
  settled?(): Promise<void>;
  stop(): Promise<void>;
}

/** The server as the options of ioredis name it. */
export function addressOf(redisUrl: string) {
  const { hostname, port, username, password } = new URL(redisUrl);
  return { host: hostname, port: Number(port), username, password };
}

/** What a producer of many hands over, one time after the other. */
export function* chunks<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let from = 0; from < items.length; from += CHUNK) yield items.slice(from, from + CHUNK);
}
