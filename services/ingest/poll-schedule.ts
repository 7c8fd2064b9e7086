/** Courtesy of every TikTok library: nobody is asked for more often. */
const MIN_MS = 30_000;
/** Spread over so much more, so that rooms do not stay in step. */
const SPREAD_MS = 20_000;
/** Between two questions, whichever rooms they are about. */
const SPACING_MS = 250;

/**
 * When the rooms of this process ask TikTok whether their streamer is live: each after half a minute or more, never two
 * at once, however many rooms there are.
 */
export class PollSchedule {
  /** Instants that are taken, in ms since 1970, in order. */
  #taken: number[] = [];

  /**
   * Takes the next free moment.
   *
   * @param random in [0, 1)
   * @returns how long until then, in ms
   */
  reserve(now: number, random: number): number {
    this.#taken = this.#taken.filter((at) => at > now);
    let at = now + MIN_MS + random * SPREAD_MS;
    for (const other of this.#taken) {
      if (other >= at + SPACING_MS) break;
      if (other > at - SPACING_MS) at = other + SPACING_MS;
    }
    this.#taken.push(at);
    this.#taken.sort((a, b) => a - b);
    return Math.round(at - now);
  }
}
