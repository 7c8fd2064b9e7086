import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { DeadLetterReason } from "../../contracts/dead-letter.ts";
import type { StreamName } from "../../contracts/streams.ts";
import { secondsOfSaving } from "../../lib/memory-saving.ts";

const SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];
const ENTRIES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];

/** What one consumer reports of its work. */
export interface ConsumerStats {
  inFlight(entries: number): void;
  claimed(entries: number): void;
  retried(): void;
  paused(): void;
  deadLettered(reason: DeadLetterReason): void;
  /** A batch was handled, acknowledgement included, whether it succeeded or not. */
  handled(entries: number, seconds: number): void;
}

/**
 * What the streams of one service do, counted where it is done. The gateway asks every node for it
 * (`<service>.streamStats`) and shows the sum of all to Prometheus; docs/metrics.md explains each.
 */
export class StreamStats {
  readonly #registry = new Registry();
  readonly #inFlight: Gauge;
  readonly #claimed: Counter;
  readonly #retried: Counter;
  readonly #paused: Counter;
  readonly #deadLettered: Counter;
  readonly #entries: Histogram;
  readonly #seconds: Histogram;
  readonly #trimmed: Counter;

  constructor(node: string, service: string) {
    this.#registry.setDefaultLabels({ node, service });
    const ofGroup = { registers: [this.#registry], labelNames: ["stream", "group"] };
    const metric = (name: string, help: string) => ({ ...ofGroup, name: `ttlc_consumer_${name}`, help });
    this.#inFlight = new Gauge(metric("in_flight", "Entries being handled now."));
    this.#claimed = new Counter(metric("claimed_total", "Entries taken over from consumers that are gone."));
    this.#retried = new Counter(metric("retried_total", "Attempts at entries that had failed before."));
    this.#paused = new Counter(metric("paused_total", "Pauses because something was away."));
    this.#deadLettered = new Counter({
      ...metric("dead_lettered_total", "Entries given up and moved to ttlc:dlq."),
      labelNames: [...ofGroup.labelNames, "reason"],
    });
    this.#entries = new Histogram({ ...metric("batch_entries", "Entries handled at once."), buckets: ENTRIES });
    this.#seconds = new Histogram({
      ...metric("handling_seconds", "Time to handle a batch and acknowledge it."),
      buckets: SECONDS,
    });
    this.#trimmed = new Counter({
      registers: [this.#registry],
      name: "ttlc_janitor_trimmed_total",
      help: "Entries that the janitor removed from a stream.",
      labelNames: ["stream"],
    });
    new Gauge({
      registers: [this.#registry],
      name: "ttlc_node_resident_memory_bytes",
      help: "Memory of the process that runs the service.",
      collect() {
        this.set(process.memoryUsage.rss());
      },
    });
    new Counter({
      registers: [this.#registry],
      name: "ttlc_node_memory_saving_seconds_total",
      help: "How long this process has been saving memory.",
      collect() {
        this.reset();
        this.inc(secondsOfSaving());
      },
    });
  }

  ofConsumer(stream: StreamName, group: string): ConsumerStats {
    const inFlight = this.#inFlight.labels(stream, group);
    const claimed = this.#claimed.labels(stream, group);
    const retried = this.#retried.labels(stream, group);
    const paused = this.#paused.labels(stream, group);
    const sizes = this.#entries.labels(stream, group);
    const times = this.#seconds.labels(stream, group);
    for (const metric of [inFlight, claimed, retried, paused]) metric.inc(0); // shown from the start: a rate needs a beginning
    let held = 0;
    return {
      inFlight(entries) {
        inFlight.inc(entries - held); // a group may have several members here
        held = entries;
      },
      claimed: (entries) => claimed.inc(entries),
      retried: () => retried.inc(),
      paused: () => paused.inc(),
      deadLettered: (reason) => this.#deadLettered.labels(stream, group, reason).inc(),
      handled(entries, seconds) {
        sizes.observe(entries);
        times.observe(seconds);
      },
    };
  }

  trimmed(stream: StreamName, entries: number): void {
    this.#trimmed.labels(stream).inc(entries);
  }

  /** For AggregatorRegistry.aggregate of prom-client. */
  asJSON(): Promise<object[]> {
    return this.#registry.getMetricsAsJSON();
  }
}
