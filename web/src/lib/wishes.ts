/** So long somebody who asks for the same is taken to ask again, rather than once more, in ms. */
const LOST_MS = 60_000;

/** The header that lets the gateway do a wish once, however often it is asked for. */
type OnceHeader = { "Idempotency-Key": string };

/**
 * One Idempotency-Key for each wish. Where the answer was lost, nobody knows whether it was fulfilled: who asks for the
 * same again soon does so under the same key, so that it is not done twice.
 */
export class Wishes {
  readonly #lost = new Map<string, { key: string; at: number; about: string | undefined }>();
  readonly #isLost: (error: unknown) => boolean;
  readonly #now: () => number;

  /** @param isLost of what was thrown: whether the wish may have been fulfilled all the same */
  constructor(isLost: (error: unknown) => boolean, now: () => number = Date.now) {
    this.#isLost = isLost;
    this.#now = now;
  }

  /**
   * @param wish all that makes it this wish and no other, for JSON
   * @param about to whom it is done, for `forget`
   */
  async once<Answer>(
    wish: readonly unknown[],
    ask: (headers: OnceHeader) => Promise<Answer>,
    about?: string,
  ): Promise<Answer> {
    const print = JSON.stringify(wish);
    const key = this.#keyOf(print);
    try {
      const answer = await ask({ "Idempotency-Key": key });
      this.#lost.delete(print);
      return answer;
    } catch (error) {
      if (this.#isLost(error)) this.#lost.set(print, { key, at: this.#now(), about });
      else this.#lost.delete(print);
      throw error;
    }
  }

  /** Who asks for what was lost about them wants it once more. */
  forget(about: string) {
    for (const [print, lost] of this.#lost) if (lost.about === about) this.#lost.delete(print);
  }

  #keyOf(print: string): string {
    const lost = this.#lost.get(print);
    return lost && this.#now() - lost.at < LOST_MS ? lost.key : newKey();
  }
}

/** crypto.randomUUID is not there on plain HTTP. */
const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
