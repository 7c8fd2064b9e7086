import { seedWords } from "./random.ts";

/** Odd, so that adding it visits all 2^32 values before one returns; large, so that ids do not look counted. */
const STRIDE = 0x9e3779b1;

/**
 * Ids shaped like TikTok's: the second they were made in above 32 other bits, 19 digits since 2001.
 * (Seen in recorded frames: msgId >> 32 is createTime.) No id comes twice from one instance.
 */
export class Ids {
  #low: number;

  constructor(seed: string) {
    this.#low = seedWords(seed, 1)[0] as number;
  }

  /** @param at milliseconds since 1970 */
  next(at: number): string {
    this.#low = (this.#low + STRIDE) >>> 0;
    return String((BigInt(Math.floor(at / 1000)) << 32n) | BigInt(this.#low));
  }
}
