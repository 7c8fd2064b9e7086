import { randomUUID } from "node:crypto";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import type { Commands } from "../../mixins/streams.mixin.ts";
import { Account } from "../../services/ingest/account.ts";
import { Publisher } from "../../services/ingest/publisher.ts";
import { fromFact } from "../../services/ingest/raw-message.ts";
import { seed } from "../../services/ingest/room-log.ts";
import { CHUNK, chunks } from "./job.ts";

/** The rooms that our events come from, in turn. */
const ROOMS = 4;
/** Given to ingest's queues and not yet on ttlc:raw, at most. */
const WINDOW = 4_000;

interface Room {
  publisher: Publisher;
  account: Account;
  origin: { streamId: string; sessionId: string; provider: "simulator" };
}

/** Our producer: ingest's own queues, a room each. They number the messages, refuse duplicates and keep accounts. */
export class Producer {
  readonly #rooms: Room[];

  constructor(redis: Commands) {
    this.#rooms = Array.from({ length: ROOMS }, (_, i) => {
      const streamId = String(7_300_000_000_000_000_000n + BigInt(i));
      const account = new Account(randomUUID());
      const publisher = new Publisher({ redis, streamId, reseed: (floor) => seed(redis, streamId, floor) });
      return { publisher, account, origin: { streamId, sessionId: account.sessionId, provider: "simulator" } };
    });
  }

  /** What was sent, by session. */
  get accounts(): Account[] {
    return this.#rooms.map(({ account }) => account);
  }

  /** Resolves once all are on ttlc:raw, each as the JSON in an entry's data. */
  async send(events: readonly UnifiedEvent[]): Promise<void> {
    const sent: Promise<unknown>[] = [];
    let turn = 0;
    for (const chunk of chunks(events)) {
      const { publisher, account, origin } = this.#rooms[turn++ % ROOMS] as Room;
      for (const event of chunk) {
        account.facts++;
        const fact = fromFact("ttlc.bench", event, new Date(), String(event.seqNo), origin);
        sent.push(publisher.publish(fact, { account }));
      }
      if (sent.length > WINDOW) await Promise.all(sent.splice(0, CHUNK));
    }
    await Promise.all(sent);
  }

  async close(): Promise<void> {
    await Promise.all(this.#rooms.map(({ publisher }) => publisher.close()));
  }
}
