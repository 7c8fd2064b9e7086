/** Older events count less and less: after so long, a third of what they did. */
const MEMORY_MS = 5_000;

/** How fast a count grows, lately: what a person reads beside a bar, without the jumps of single seconds. */
export class Rate {
  #last: { count: number; at: number } | undefined;
  #perSecond: number | undefined;

  /**
   * Takes the count as of now; answers by how much it grows in a second.
   *
   * @param now in ms, from whatever beginning
   */
  at(count: number, now: number): number {
    const last = this.#last;
    this.#last = { count, at: now };
    if (!last || now <= last.at) return this.#perSecond ?? 0;
    const current = ((count - last.count) / (now - last.at)) * 1_000;
    const weight = this.#perSecond === undefined ? 1 : 1 - Math.exp((last.at - now) / MEMORY_MS);
    this.#perSecond = (this.#perSecond ?? 0) * (1 - weight) + current * weight;
    return this.#perSecond;
  }
}
