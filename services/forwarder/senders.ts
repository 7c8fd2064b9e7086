import { randomUUID } from "node:crypto";
import type { ConnectionPool } from "@databases/pg";
import type { Service } from "moleculer";
import { isOutage } from "../../lib/errors.ts";
import { DeliveryLog } from "./delivery-log.ts";
import type { Letters } from "./letters.ts";
import { Sender, type SenderOptions } from "./sender.ts";
import { prune, type Unsent, unsent } from "./upkeep.ts";

interface SendersOptions extends Omit<SenderOptions, "destinationId" | "channelId" | "log" | "onRefused"> {
  db: ConnectionPool;
  letters: Letters;
  logger: Service["logger"];
}

/** Old deliveries are removed once in so many looks. */
const PRUNE_EVERY = 60;

/**
 * The senders of this process, each for itself: what one of them waits for, no other does. Whoever looks first takes a
 * destination that has none; a dead process is noticed by its leases running out.
 */
export class Senders {
  readonly #options: SendersOptions;
  readonly #running = new Map<string, { sender: Sender; ended: Promise<void> }>();
  readonly #stopping = new AbortController();
  #looking: Promise<void> = Promise.resolve();

  constructor(options: SendersOptions) {
    this.#options = options;
  }

  start(): void {
    this.#looking = this.#look();
  }

  /** Lets what is under way end, then other processes go on. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#looking;
    for (const { sender } of this.#running.values()) sender.stop(this.#options.pace.drainMs);
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  async #look(): Promise<void> {
    const { news, pace, logger, letters, db } = this.#options;
    const { signal } = this.#stopping;
    let troubles = 0;
    for (let looks = 0; !signal.aborted; looks++) {
      try {
        for (const each of await unsent(db)) this.#take(each);
        await letters.write();
        if (looks % PRUNE_EVERY === PRUNE_EVERY - 1) await prune(db);
        troubles = 0;
      } catch (err) {
        if (troubles++ === 0 || !isOutage(err)) logger.warn({ err }, "looking for destinations failed, trying again");
      }
      await news.pause(pace.lookMs, signal);
    }
  }

  #take({ destinationId, channelId }: Unsent): void {
    if (this.#running.has(destinationId)) return;
    const { db, letters, ...shared } = this.#options;
    const log = new DeliveryLog(db, destinationId, randomUUID());
    const sender = new Sender({
      ...shared,
      destinationId,
      channelId,
      log,
      onRefused: () => void letters.write().catch(() => {}), // else the next look writes it
    });
    const ended = sender.run().finally(() => this.#running.delete(destinationId));
    this.#running.set(destinationId, { sender, ended });
  }
}
