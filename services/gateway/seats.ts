import { ApiError } from "./errors.ts";

/** What carries live feeds. */
export const transports = ["sse", "websocket"] as const;
export type Transport = (typeof transports)[number];

/** The connections that may be open at a time, in all and for one key, session or token. */
export class Seats {
  /** Most in all. */
  max = 200;
  /** Most for one owner. */
  maxPerOwner = 20;
  readonly #taken: Record<Transport, number> = { sse: 0, websocket: 0 };
  readonly #owners = new Map<string, number>();

  /** Connections that are open. */
  get taken(): Readonly<Record<Transport, number>> {
    return this.#taken;
  }

  /**
   * @returns gives the seat back; to be called once
   * @throws ApiError 429 when this owner has as many as one may have; 503 when all are taken
   */
  take(transport: Transport, owner: string): () => void {
    const own = this.#owners.get(owner) ?? 0;
    if (own >= this.maxPerOwner) {
      throw new ApiError(
        429,
        "TOO_MANY_FEEDS",
        "This key has as many live feeds as one may have: close others first.",
        {
          headers: { "retry-after": "10" },
        },
      );
    }
    if (this.#taken.sse + this.#taken.websocket >= this.max) {
      throw new ApiError(503, "TOO_MANY_CLIENTS", "This gateway serves as many live feeds as it can.", {
        headers: { "retry-after": "10" },
      });
    }
    this.#taken[transport]++;
    this.#owners.set(owner, own + 1);
    return () => {
      this.#taken[transport]--;
      const left = (this.#owners.get(owner) ?? 1) - 1;
      if (left > 0) this.#owners.set(owner, left);
      else this.#owners.delete(owner);
    };
  }
}
