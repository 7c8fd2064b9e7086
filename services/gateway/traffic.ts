import { Counter, Histogram, Registry } from "prom-client";

/** How one request ended. */
export interface Passage {
  /** Pattern of the path, such as `/streams/:id`; `none` for a path that leads nowhere. */
  route: string;
  method: string;
  /** `aborted`: the client left before it was answered. */
  status: number | "aborted";
  ms: number;
  /** A live feed lasts as long as its client likes. */
  isFeed: boolean;
}

/** What this gateway answered, for its metrics. */
export class Traffic {
  readonly #registry = new Registry();
  readonly #requests = new Counter({
    name: "ttlc_http_requests_total",
    help: "Requests that were answered.",
    labelNames: ["route", "method", "status"],
    registers: [this.#registry],
  });
  readonly #seconds = new Histogram({
    name: "ttlc_http_request_seconds",
    help: "Time from a request to the end of its answer, without live feeds.",
    labelNames: ["route", "method"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.#registry],
  });
  readonly #limited = new Counter({
    name: "ttlc_http_rate_limited_total",
    help: "Requests that were refused because there were too many.",
    labelNames: ["policy"],
    registers: [this.#registry],
  });

  passed({ route, method, status, ms, isFeed }: Passage): void {
    this.#requests.inc({ route, method, status });
    if (!isFeed) this.#seconds.observe({ route, method }, ms / 1_000);
  }

  limited(policy: string): void {
    this.#limited.inc({ policy });
  }

  /** In Prometheus' text format. */
  exposition(): Promise<string> {
    return this.#registry.metrics();
  }
}
