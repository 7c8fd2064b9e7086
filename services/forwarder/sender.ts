import type { Service } from "moleculer";
import type { DeliveryAttempt, DisabledReason } from "../../contracts/destination.ts";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import { backoffMs } from "../../lib/backoff.ts";
import type { Egress } from "../../lib/egress/egress.ts";
import { isOutage } from "../../lib/errors.ts";
import { comparePositions, later } from "../../lib/position.ts";
import { liveSecrets, newWebhookId, signatureHeaders } from "../../lib/webhooks/signature.ts";
import { type Verdict, verdictOf } from "../../lib/webhooks/verdict.ts";
import type { Counters } from "./counters.ts";
import type { Batch, DeliveryLog, Held } from "./delivery-log.ts";
import { bodyOf } from "./envelope.ts";
import type { News } from "./news.ts";
import type { Pace } from "./pace.ts";
import type { Source } from "./source.ts";
import { eventsOf, fitting } from "./wanted.ts";

export interface SenderOptions {
  destinationId: string;
  channelId: string;
  log: DeliveryLog;
  source: Source;
  egress: Pick<Egress, "send">;
  news: News;
  counters: Counters;
  pace: Required<Pace>;
  /** Longest time that an attempt takes. */
  attemptMs: number;
  logger: Service["logger"];
  /** A batch was refused: its letter is owed. */
  onRefused(): void;
}

/** What comes next: nothing any more, or another turn, at once, after a time or when there is news. */
type Next = "over" | "again" | { pauseMs: number } | { waitMs: number };

/**
 * Sends the events of one destination, one batch after the other, as long as it holds the lease. A batch is recorded before
 * it is sent and sent until it is taken or refused; who takes over from a dead sender finds it and sends the same again.
 */
export class Sender {
  readonly #options: SenderOptions;
  readonly #cut = new AbortController();
  readonly #stopping = new AbortController();
  /** Beyond the cursor nothing was wanted up to here. */
  #examined = "0-0";
  /** Up to where storage had everything when it was last asked. */
  #boundary = "0-0";
  /** When the lease was renewed last, as `performance.now()`. */
  #renewedAt = Number.NEGATIVE_INFINITY;
  /** The last batch was one that is sent again: now it is the turn of what is new. */
  #hasRepeated = false;
  /** Turns in a row that did not come to their end. */
  #troubles = 0;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** Resolves once the lease is lost, the destination is disabled or gone, or after `stop`. */
  async run(): Promise<void> {
    const { news, log, channelId } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const next = await this.#guarded();
      if (next === "over") break;
      if (next === "again") continue;
      if ("pauseMs" in next) await news.pause(next.pauseMs, signal);
      else await news.wait(channelId, this.#examined, next.waitMs, signal);
    }
    await log.release().catch(() => {}); // it runs out by itself
  }

  /** @param drainMs what the attempt under way has left */
  stop(drainMs: number): void {
    this.#stopping.abort();
    setTimeout(() => this.#cut.abort(), drainMs).unref();
  }

  async #guarded(): Promise<Next> {
    const { logger, destinationId, pace } = this.#options;
    try {
      const next = await this.#turn();
      this.#troubles = 0;
      return next;
    } catch (err) {
      if (this.#stopping.signal.aborted) return "over";
      if (this.#troubles++ === 0 || !isOutage(err)) logger.warn({ destinationId, err }, "forwarding has to wait");
      return { pauseMs: backoffMs(pace.retry, Math.min(this.#troubles, 10), Math.random()) };
    }
  }

  async #turn(): Promise<Next> {
    const { pace, attemptMs, news, channelId } = this.#options;
    const held = await this.#hold();
    if (!held) return "over";
    if (held.waitMs > 0) return { pauseMs: Math.min(held.waitMs, this.#restMs()) };
    const chosen = await this.#choose(held);
    if (chosen === "lost") return "over";
    if (!chosen) return this.#unwanted();
    const { batch, events } = chosen;
    if (performance.now() - this.#renewedAt > pace.leaseMs - attemptMs) {
      this.#renewedAt = Number.NEGATIVE_INFINITY;
      return "again";
    }
    this.#hasRepeated = held.isQueued && batch === held.batch;
    await this.#send(held, batch, events);
    const reached = [batch.through, held.position, this.#examined].reduce(later);
    const isMore = comparePositions(later(news.latest(channelId), this.#boundary), reached) > 0;
    return isMore ? "again" : { pauseMs: pace.gatherMs };
  }

  /** Writes only to renew the lease, and then also how far nothing was wanted. */
  async #hold(): Promise<Held | undefined> {
    const { log, pace } = this.#options;
    if (this.#restMs() > 0) return log.look();
    const renewedAt = performance.now();
    const held = await log.hold(pace.leaseMs, this.#examined);
    this.#renewedAt = renewedAt;
    return held;
  }

  /** Until the lease is to be renewed. */
  #restMs(): number {
    return Math.max(0, this.#renewedAt + this.#options.pace.leaseMs / 3 - performance.now());
  }

  /** What is under way goes first; what is sent again and what is new take turns. */
  async #choose(held: Held): Promise<Chosen | "lost" | undefined> {
    const { batch, isQueued } = held;
    const isForNew = !batch || (isQueued && this.#hasRepeated);
    const fresh = isForNew ? await this.#gather(held) : undefined;
    const { source, pace, channelId } = this.#options;
    return fresh ?? (batch && { batch, events: await eventsOf(source, channelId, held.filter, batch, pace.maxEvents) });
  }

  /** The next batch, recorded; undefined when there is none so far. */
  async #gather({ filter, position }: Held): Promise<Chosen | "lost" | undefined> {
    const { source, pace, log, channelId } = this.#options;
    const after = later(this.#examined, position);
    const boundary = await source.boundary();
    this.#boundary = boundary;
    this.#examined = after;
    if (!this.#isBehind(boundary)) return undefined;
    const page = await source.page({ channelId, after, through: boundary, limit: pace.maxEvents });
    const { events, through } = fitting(page, filter, boundary, pace.maxBytes);
    if (events.length === 0) {
      this.#examined = through;
      return undefined;
    }
    const batch = { webhookId: newWebhookId(new Date()), after, through };
    return (await log.record(batch, events.length)) ? { batch, events } : "lost";
  }

  /** Nothing to send so far. What was told of and is not stored yet will be in a moment. */
  #unwanted(): Next {
    const { news, pace, channelId } = this.#options;
    if (this.#isBehind(this.#boundary)) return "again";
    return this.#isBehind(news.latest(channelId)) ? { pauseMs: pace.gatherMs } : { waitMs: this.#restMs() };
  }

  #isBehind(position: string): boolean {
    return comparePositions(position, this.#examined) > 0;
  }

  async #send(held: Held, batch: Batch, events: UnifiedEvent[]): Promise<void> {
    const { log, counters, pace, destinationId, onRefused, logger } = this.#options;
    if (events.length === 0) return void (await log.emptied(batch));
    if (held.failures > 0 && batch === held.batch) counters.retried();
    const { verdict: said, attempt } = await this.#attempt(held, batch, events);
    if (!said) return; // we are stopping: it is sent again, under its id
    const verdict = said.kind === "refused" && held.isRefusingAll ? { kind: "failed" as const, waitMs: 0 } : said;
    if (verdict.kind === "delivered") {
      if (await log.delivered(batch, attempt)) counters.forwarded(events);
      return;
    }
    const disabled = reasonToDisable(verdict, held, pace);
    const isLeft = verdict.kind === "failed";
    const isNoted = isLeft
      ? await log.failed(batch, attempt, waitMsOf(verdict.waitMs, held.failures, pace), disabled)
      : await log.refused(batch, attempt, disabled);
    if (!isNoted) return;
    const facts = { destinationId, webhookId: batch.webhookId, error: attempt.error };
    if (disabled) logger.error({ alarm: "destination_disabled", reason: disabled, ...facts }, "destination disabled");
    if (isLeft) return;
    logger.warn(facts, "batch refused by its destination");
    counters.deadLettered();
    onRefused();
  }

  async #attempt(held: Held, { webhookId }: Batch, events: UnifiedEvent[]): Promise<Attempted> {
    const { egress } = this.#options;
    const now = new Date();
    const { contentType, text } = bodyOf(held.envelope, events, now);
    const headers = {
      "content-type": contentType,
      "user-agent": "ttlc",
      ...signatureHeaders(webhookId, now, text, liveSecrets(held.secrets, now)),
    };
    const startedAt = performance.now();
    const at = now.toISOString();
    try {
      const {
        status,
        headers: told,
        durationMs,
      } = await egress.send({
        url: held.url,
        headers,
        body: text,
        signal: this.#cut.signal,
      });
      const verdict = verdictOf(status, told, new Date());
      const error = verdict.kind === "delivered" ? null : `it answered ${status}`;
      return { verdict, attempt: { at, status, error, durationMs } };
    } catch (error) {
      const durationMs = Math.round(performance.now() - startedAt);
      const verdict = this.#cut.signal.aborted ? undefined : { kind: "failed" as const, waitMs: 0 };
      return { verdict, attempt: { at, status: null, error: (error as Error).message, durationMs } };
    }
  }
}

interface Chosen {
  batch: Batch;
  events: UnifiedEvent[];
}

interface Attempted {
  /** Undefined: we gave it up ourselves. */
  verdict: Verdict | undefined;
  attempt: DeliveryAttempt;
}

/** It is gone, or failed for days, and not only because there were few attempts. */
function reasonToDisable(
  { kind }: Verdict,
  { failingMs, failures }: Held,
  { giveUpMs }: Required<Pace>,
): DisabledReason | undefined {
  if (kind === "gone") return "GONE";
  return kind === "failed" && failingMs >= giveUpMs && failures >= LEAST_FAILURES ? "FAILING" : undefined;
}
const LEAST_FAILURES = 10;

const waitMsOf = (askedMs: number, failures: number, { retry }: Pace): number =>
  Math.max(askedMs, Math.min(retry.maxMs, backoffMs(retry, failures, Math.random())));
