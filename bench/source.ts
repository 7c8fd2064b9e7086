import { randomUUID } from "node:crypto";
import type { Commands } from "../mixins/streams.mixin.ts";
import { Account } from "../services/ingest/account.ts";
import { Publisher } from "../services/ingest/publisher.ts";
import { fromMessage, type SourceMessage } from "../services/ingest/raw-message.ts";
import { seed } from "../services/ingest/room-log.ts";

/** Published and not yet confirmed, at most: below the limit at which a room's socket is paused. */
const WINDOW = 4_000;
const CHUNK = 500;

interface BenchRoom {
  publisher: Publisher;
  account: Account;
  streamId: string;
}

/** The rooms of a bench: ingest's own way from a message to ttlc:raw, without the sockets before it. */
export class Source {
  readonly #rooms: BenchRoom[];

  constructor(redis: Commands, rooms: number) {
    this.#rooms = Array.from({ length: rooms }, (_, i) => {
      const streamId = String(7_300_000_000_000_000_000n + BigInt(i));
      const publisher = new Publisher({ redis, streamId, reseed: (floor) => seed(redis, streamId, floor) });
      return { publisher, account: new Account(randomUUID()), streamId };
    });
  }

  /** Publishes all as fast as Redis takes them, spread over the rooms; resolves once the last is on the stream. */
  async publish(messages: readonly SourceMessage[]): Promise<void> {
    const sent: Promise<unknown>[] = [];
    for (let from = 0; from < messages.length; from += CHUNK) {
      const room = (from / CHUNK) % this.#rooms.length;
      sent.push(...messages.slice(from, from + CHUNK).map((message) => this.send(message, room)));
      if (sent.length > WINDOW) await Promise.all(sent.splice(0, CHUNK));
    }
    await Promise.all(sent);
  }

  /** Publishes one; resolves once it is on the stream. */
  send(message: SourceMessage, room = 0): Promise<unknown> {
    const { publisher, account, streamId } = this.#rooms[room] as BenchRoom;
    account.received++;
    const connectedAt = message.receivedAt;
    const unplaced = fromMessage(message, { streamId, sessionId: account.sessionId, provider: "direct", connectedAt });
    unplaced.entry.timestamp = message.receivedAt.toISOString(); // what was recorded long ago happens now
    return publisher.publish(unplaced, { account });
  }

  async close(): Promise<void> {
    await Promise.all(this.#rooms.map(({ publisher }) => publisher.close()));
  }
}
