import type { Roles } from "../../contracts/api.ts";
import type { Deltas } from "./projections.ts";

/** How the fold of what a person told of their roles in a stream stands. */
export interface KnownTeller {
  /** Statements in it. */
  tellings: number;
  /** Packed position of the last. */
  last: bigint;
  roles: Roles | undefined;
}

/** People remembered at a time. */
const MAX_PEOPLE = 20_000;

/**
 * The folds that this process made last, so that it need not read them each time. Others may have stored more since: what
 * is remembered counts only if stream_users has counted as many statements.
 */
export class RoleMemory {
  readonly #people = new Map<string, KnownTeller>();

  /**
   * Tells the rows of `deltas` how many statements are known of.
   *
   * @returns what that is said of: by the time it is needed, another batch may have taken its place here
   */
  expect({ tellers, streamUsers }: Deltas): Map<string, KnownTeller> {
    const expected = new Map<string, KnownTeller>();
    for (const key of tellers.keys()) {
      const known = this.#people.get(key);
      const user = streamUsers.get(key);
      if (!known || !user) continue;
      user.told_before = known.tellings;
      expected.set(key, known);
    }
    return expected;
  }

  /** Takes over what was committed. */
  keep(learnt: ReadonlyMap<string, KnownTeller>): void {
    for (const [key, known] of learnt) {
      this.#people.delete(key); // to the end: who is heard of stays
      this.#people.set(key, known);
      if (this.#people.size > MAX_PEOPLE) this.#people.delete(this.#people.keys().next().value as string);
    }
  }
}
