import { setTimeout as sleep } from "node:timers/promises";
import type { ConnectionPool } from "@databases/pg";
import type { Service } from "moleculer";
import type { ActionReason } from "../../contracts/action-reason.ts";
import { type BackoffPolicy, backoffMs } from "../../lib/backoff.ts";
import type { Egress } from "../../lib/egress/egress.ts";
import { isOutage } from "../../lib/errors.ts";
import { webhookRetry } from "../../lib/webhooks/retry.ts";
import { Breaker, isFault } from "./breaker.ts";
import { takeChat } from "./chat-budget.ts";
import type { Counters } from "./counters.ts";
import type { RoomActor } from "./euler.ts";
import { pause, pauseMs, unpause } from "./pauses.ts";
import { again, type Ending, end, giveUpLane, letGo, type Outcome, type Taken, take } from "./queue.ts";
import { secretsOf } from "./secrets.ts";
import { sendWebhook } from "./webhook.ts";

/** Times and limits of what acts; a test may change them in `settings.perform`. Durations in milliseconds. */
export interface PerformLimits {
  retry: BackoffPolicy;
  /** From the decision on: what did not get there by then is given up. */
  giveUpMs: number;
  /** The same for chat and moderation. */
  roomGiveUpMs: number;
  /**
   * Webhooks that one process has under way; and as many in rooms, which no webhook keeps waiting. What rules do there and
   * what people command are two targets.
   */
  atOnce: number;
  /** An attempt that is not over after so long is taken for dead. Above `totalMs` of the egress. */
  leaseMs: number;
  /** How often what is due is looked for; what this process decides itself is taken at once. */
  lookMs: number;
  /** For attempts that are under way when we stop. */
  drainMs: number;
}

export const performLimits: PerformLimits = {
  retry: webhookRetry,
  giveUpMs: 600_000,
  roomGiveUpMs: 60_000,
  atOnce: 16,
  leaseMs: 20_000,
  lookMs: 1_000,
  drainMs: 3_000,
};

interface Options {
  db: ConnectionPool;
  egress: Pick<Egress, "send">;
  /** Undefined: nothing is said or moderated here. */
  actor: RoomActor | undefined;
  counters: Counters;
  limits: PerformLimits;
  logger: Service["logger"];
}

/**
 * Does what was decided, beside the stream: however slow a target is, deciding goes on. What is to be done is in Postgres,
 * so that processes share it and one goes on where another died.
 */
export class Performer {
  readonly #options: Options;
  readonly #stopping = new AbortController();
  readonly #cut = new AbortController();
  readonly #underWay = new Map<Promise<void>, Taken>();
  #bell = new AbortController();
  #running: Promise<void> = Promise.resolve();
  readonly #breaker = new Breaker();
  #troubles = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Something new is to be done. */
  ring(): void {
    this.#bell.abort();
  }

  /** Lets what is under way end; what does not is sent again by whoever goes on. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.ring();
    await this.#running;
    const timer = setTimeout(() => this.#cut.abort(), this.#options.limits.drainMs);
    await Promise.all(this.#underWay.keys());
    clearTimeout(timer);
  }

  async #run(): Promise<void> {
    const { lookMs } = this.#options.limits;
    while (!this.#stopping.signal.aborted) {
      this.#bell = new AbortController();
      const { signal } = this.#bell;
      const isMore = await this.#look();
      if (!isMore) await sleep(lookMs, undefined, { signal }).catch(() => {}); // rung
    }
  }

  /** True: there is more that may be begun. */
  async #look(): Promise<boolean> {
    const { logger } = this.#options;
    try {
      const inRooms = await this.#take(true);
      const webhooks = await this.#take(false);
      this.#troubles = 0;
      return inRooms + webhooks > 0;
    } catch (err) {
      if (this.#troubles++ === 0 || !isOutage(err)) logger.warn({ err }, "actions have to wait");
      return false;
    }
  }

  /** Begins what is due, as far as there are places for it; how many. */
  async #take(isInRoom: boolean): Promise<number> {
    const { db, limits } = this.#options;
    const { atOnce, leaseMs } = limits;
    const underWay = [...this.#underWay.values()].filter(({ type }) => (type !== "webhook") === isInRoom);
    if (underWay.length >= atOnce) return 0; // the first that ends rings
    const some = await take(db, { isInRoom, atOnce, underWay, leaseMs });
    for (const taken of some) this.#begin(taken);
    return some.length;
  }

  #begin(taken: Taken): void {
    const { logger } = this.#options;
    const attempt = this.#perform(taken)
      .catch((err) => logger.warn({ err, actionId: taken.actionId }, "an action has to wait")) // until its lease ends
      .finally(() => {
        this.#underWay.delete(attempt);
        this.ring();
      });
    this.#underWay.set(attempt, taken);
  }

  async #perform(taken: Taken): Promise<void> {
    const { db, limits, counters } = this.#options;
    const outcome = await this.#attempt(taken);
    if (!outcome) return letGo(db, taken);
    if (outcome.state !== "again") return this.#end(taken, outcome);
    const waitMs = Math.max(outcome.waitMs, backoffMs(limits.retry, taken.attempt - 1, Math.random()));
    if (taken.ageMs + waitMs > this.#giveUpMs(taken)) {
      return this.#end(taken, { state: "failed", reason: outcome.reason });
    }
    counters.retried(taken.type);
    await again(db, taken, outcome.reason, waitMs);
    setTimeout(() => this.ring(), waitMs).unref();
  }

  /** Undefined: we gave it up ourselves. */
  async #attempt(taken: Taken): Promise<Outcome | undefined> {
    if (taken.isRuleOff) return notSent(taken, "rule_off");
    return taken.type === "webhook" ? this.#send(taken) : this.#act(taken);
  }

  /** Once at most: what was begun and did not come to its end may have got there. */
  async #act(taken: Taken): Promise<Outcome> {
    const { type, channelId, body, ageMs, wasInterrupted } = taken;
    const { db, actor, counters } = this.#options;
    if (wasInterrupted) return { state: "unknown", reason: "interrupted" };
    if (ageMs > this.#giveUpMs(taken)) return { state: "failed", reason: "stale" };
    if (!actor?.types.includes(type)) return { state: "skipped", reason: "no_capability" };
    const closesInMs = this.#breaker.closesInMs(Date.now());
    if (closesInMs > 0) return { state: "again", reason: "breaker", waitMs: closesInMs };
    if (type === "announce" && !(await takeChat(db, channelId))) {
      const more = await db.tx((tx) => giveUpLane(tx, taken.actionId, "chat_limit")); // what is said next is to be about then
      for (let i = 0; i < more; i++) counters.ended({ type, command: null }, "failed");
      return { state: "failed", reason: "chat_limit" };
    }
    const outcome = await actor.perform(JSON.parse(body), this.#cut.signal);
    this.#breaker.tell(taken.actionId, !isFault(outcome), Date.now());
    await this.#learn(taken, outcome);
    return outcome;
  }

  async #send(taken: Taken): Promise<Outcome | undefined> {
    const { db, egress } = this.#options;
    if (taken.ageMs > this.#giveUpMs(taken)) return notSent(taken, "stale");
    const secrets = await secretsOf(db, taken.channelId);
    const outcome = await sendWebhook(egress, taken, secrets, this.#cut.signal);
    if (outcome.state === "again" && this.#cut.signal.aborted) return undefined;
    await this.#learn(taken, outcome);
    return outcome;
  }

  /** What one attempt tells of its target holds for all that the channel sends there. */
  async #learn(taken: Taken, outcome: Outcome): Promise<void> {
    const { db, limits } = this.#options;
    if (outcome.state === "again") {
      const ms = pauseMs(taken, outcome.waitMs, limits.retry, Math.random());
      await pause(db, taken, Math.min(ms, this.#giveUpMs(taken)));
    } else if (taken.failures > 0 && outcome.state !== "unknown") await unpause(db, taken);
  }

  #giveUpMs({ type }: Taken): number {
    const { giveUpMs, roomGiveUpMs } = this.#options.limits;
    return type === "webhook" ? giveUpMs : roomGiveUpMs;
  }

  async #end(taken: Taken, ending: Ending): Promise<void> {
    const { db, counters } = this.#options;
    if (await end(db, taken, ending)) counters.ended(taken, ending.state);
  }
}

/** What an attempt before came to, nobody can say. */
const notSent = ({ wasInterrupted }: Taken, reason: ActionReason): Ending =>
  wasInterrupted ? { state: "unknown", reason: "interrupted" } : { state: "failed", reason };
