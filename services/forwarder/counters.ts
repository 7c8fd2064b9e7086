import { Counter, Gauge, Registry } from "prom-client";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";

/** What the senders of one process did. The gateway asks for it; docs/metrics.md explains each. */
export class Counters {
  readonly #registry = new Registry();
  readonly #forwarded: Counter;
  readonly #retried: Counter;
  readonly #deadLettered: Counter;
  readonly #delay: Gauge;

  constructor(node: string) {
    this.#registry.setDefaultLabels({ node });
    const metric = (name: string, help: string) => ({
      name: `ttlc_forwarder_${name}`,
      help,
      registers: [this.#registry],
    });
    this.#forwarded = new Counter(metric("forwarded_total", "Events that destinations took."));
    this.#retried = new Counter(metric("retried_total", "Attempts at a batch after one that failed."));
    this.#deadLettered = new Counter(metric("dead_lettered_total", "Batches that were given up."));
    this.#delay = new Gauge(
      metric("delay_seconds", "From its receipt to its delivery, of the newest event delivered."),
    );
  }

  forwarded(events: readonly UnifiedEvent[]): void {
    this.#forwarded.inc(events.length);
    const newest = events.at(-1);
    if (newest) this.#delay.set(Math.max(0, (Date.now() - Date.parse(newest.ingestedAt)) / 1000));
  }

  retried(): void {
    this.#retried.inc();
  }

  deadLettered(): void {
    this.#deadLettered.inc();
  }

  /** For AggregatorRegistry.aggregate of prom-client. */
  asJSON(): Promise<object[]> {
    return this.#registry.getMetricsAsJSON();
  }
}
