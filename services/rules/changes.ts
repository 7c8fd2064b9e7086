import { randomUUID } from "node:crypto";
import { OutageError } from "../../lib/errors.ts";
import type { Streams } from "../../mixins/streams.mixin.ts";

/** Some word that is another one after each change of a rule. */
const KEY = "ttlc:rules:changed";

/**
 * Tells processes of the rules service that rules were changed: each looks before it decides about anything, so that what
 * comes after the answer to a change is asked of what was saved, whichever process decides.
 */
export class Changes {
  #seen: string | null | undefined;
  #turn: Promise<void> = Promise.resolve();

  /** After the change was committed. */
  async tell(redis: Streams["redis"]): Promise<void> {
    await redis.set(KEY, randomUUID());
  }

  /**
   * Reloads if something was told that was not seen yet.
   *
   * @throws OutageError when that fails: nothing is decided before, and no entry is at fault
   */
  async heed(redis: Streams["redis"], reload: () => Promise<void>): Promise<void> {
    const told = await redis.get(KEY);
    if (told === this.#seen) return;
    await this.inTurn(reload).catch((cause) => {
      throw new OutageError("what rules say", { cause });
    });
    this.#seen = told; // what is told meanwhile is another word
  }

  /** One reload after the other: what was read first must not be loaded last. */
  inTurn(reload: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(reload);
    this.#turn = done.catch(() => {});
    return done;
  }
}
