import { ApiError } from "./errors.ts";

/** What carries live feeds. */
export const transports = ["sse", "websocket"] as const;
export type Transport = (typeof transports)[number];

const wait = { headers: { "retry-after": "10" } };

/** What may be under way only so many times at a time, in all and for one key, session or token. */
class Places {
  /** Most in all. */
  max: number;
  /** Most for one owner. */
  maxPerOwner: number;
  #count = 0;
  readonly #owners = new Map<string, number>();
  readonly #refusals: { own(): ApiError; all(): ApiError };

  constructor(max: number, maxPerOwner: number, refusals: { own(): ApiError; all(): ApiError }) {
    this.max = max;
    this.maxPerOwner = maxPerOwner;
    this.#refusals = refusals;
  }

  /** @returns gives the place back; to be called once */
  protected occupy(owner: string): () => void {
    const own = this.#owners.get(owner) ?? 0;
    if (own >= this.maxPerOwner) throw this.#refusals.own();
    if (this.#count >= this.max) throw this.#refusals.all();
    this.#count++;
    this.#owners.set(owner, own + 1);
    return () => {
      this.#count--;
      const left = (this.#owners.get(owner) ?? 1) - 1;
      if (left > 0) this.#owners.set(owner, left);
      else this.#owners.delete(owner);
    };
  }
}

/** Exports, each of which reads much of a broadcast: many at once would leave storage no time for anybody else. */
export class ExportSeats extends Places {
  constructor() {
    super(8, 2, {
      own: () =>
        new ApiError(429, "TOO_MANY_EXPORTS", "This key has two exports under way: wait for one, or end it.", wait),
      all: () => new ApiError(429, "TOO_MANY_EXPORTS", "This gateway writes as many exports as it can.", wait),
    });
  }

  /**
   * @returns gives the seat back; to be called once
   * @throws ApiError 429 when this owner has as many as one may have, or all are taken
   */
  take(owner: string): () => void {
    return this.occupy(owner);
  }
}

/** The connections that carry live feeds. */
export class Seats extends Places {
  readonly #taken: Record<Transport, number> = { sse: 0, websocket: 0 };

  constructor() {
    super(200, 20, {
      own: () =>
        new ApiError(
          429,
          "TOO_MANY_FEEDS",
          "This key has as many live feeds as one may have: close others first.",
          wait,
        ),
      all: () => new ApiError(503, "TOO_MANY_CLIENTS", "This gateway serves as many live feeds as it can.", wait),
    });
  }

  /** Connections that are open. */
  get taken(): Readonly<Record<Transport, number>> {
    return this.#taken;
  }

  /**
   * @returns gives the seat back; to be called once
   * @throws ApiError 429 when this owner has as many as one may have; 503 when all are taken
   */
  take(transport: Transport, owner: string): () => void {
    const leave = this.occupy(owner);
    this.#taken[transport]++;
    return () => {
      this.#taken[transport]--;
      leave();
    };
  }
}
