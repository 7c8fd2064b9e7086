import type { UnifiedEvent } from "../../contracts/unified-event.ts";

/** How long nothing may arrive while something is awaited. */
const PATIENCE_MS = 30_000;

/** What came out at the end of the job, by seqNo. */
export class Arrivals {
  readonly #times: Uint8Array;
  #different = 0;
  #awaited = Number.POSITIVE_INFINITY;
  #arrived = () => {};

  constructor(events: number) {
    this.#times = new Uint8Array(events);
  }

  count(seqNo: UnifiedEvent["seqNo"]): void {
    const times = (this.#times[seqNo] as number) + 1;
    this.#times[seqNo] = times;
    if (times === 1 && ++this.#different === this.#awaited) this.#arrived();
  }

  /**
   * Resolves once so many different events have arrived.
   *
   * @throws when no more come
   */
  async all(count: number): Promise<void> {
    if (this.#different >= count) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#awaited = count;
    this.#arrived = resolve;
    let before = this.#different;
    const watch = setInterval(() => {
      if (this.#different === before) reject(new Error(`only ${before} of ${count} events have arrived`));
      before = this.#different;
    }, PATIENCE_MS);
    await promise.finally(() => clearInterval(watch));
  }

  /** @throws unless each event has arrived once */
  expectOnce(): void {
    const others = this.#times.reduce((sum, times) => sum + (times === 1 ? 0 : 1), 0);
    if (others > 0) throw new Error(`${others} events did not arrive exactly once`);
  }
}
