/** Keys with something taken from their bucket; more than these are forgotten, the oldest first. */
const MAX_KEYS = 10_000;

interface Bucket {
  tokens: number;
  at: number;
}

/** A token bucket per key: `burst` at once, then `perMinute`. In memory, so each gateway counts for itself. */
export class RateLimit {
  readonly #burst: number;
  readonly #perMinute: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor({ burst, perMinute }: { burst: number; perMinute: number }) {
    this.#burst = burst;
    this.#perMinute = perMinute;
  }

  /** Seconds until there is a token for `key`; 0 when this call took one. `now` in milliseconds. */
  take(key: string, now: number): number {
    const { tokens, at } = this.#buckets.get(key) ?? { tokens: this.#burst, at: now };
    const available = Math.min(this.#burst, tokens + ((now - at) / 60_000) * this.#perMinute);
    const taken = available >= 1 ? 1 : 0;
    this.#buckets.delete(key); // so that the map is in the order of use
    this.#buckets.set(key, { tokens: available - taken, at: now });
    if (this.#buckets.size > MAX_KEYS) this.#buckets.delete(this.#buckets.keys().next().value as string);
    return taken ? 0 : Math.ceil(((1 - available) / this.#perMinute) * 60);
  }
}
