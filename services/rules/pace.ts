import type { RuleDraft } from "../../contracts/rule.ts";

/** Why a rule that matched does not fire. */
export type Held = "cooldown" | "user_cooldown" | "limit";

/** People remembered per rule. */
const MAX_PEOPLE = 10_000;

/**
 * How often one rule may fire. Goes by the time of the events, so that a session that is looked at again comes out as it
 * did; what comes late counts as the latest that was seen.
 */
export class Pace {
  readonly #draft: Pick<RuleDraft, "cooldown" | "perUserCooldown" | "limits">;
  /** Unix milliseconds. */
  #now = Number.NEGATIVE_INFINITY;
  #firedAt = Number.NEGATIVE_INFINITY;
  /** By user id, the longest ago first. */
  readonly #people = new Map<string, number>();
  /** Of the last minute. */
  #recent: number[] = [];

  constructor(draft: Pick<RuleDraft, "cooldown" | "perUserCooldown" | "limits">) {
    this.#draft = draft;
  }

  /** Null when it fires, and that is remembered. */
  fire(timestamp: string, userId: string | undefined): Held | null {
    this.#now = Math.max(this.#now, Date.parse(timestamp));
    const held = this.#held(userId);
    if (held) return held;
    this.remember(timestamp, userId);
    return null;
  }

  /** It fired then, as is known from elsewhere: what is told in the order of time. */
  remember(timestamp: string, userId: string | undefined): void {
    this.#now = Math.max(this.#now, Date.parse(timestamp));
    this.#firedAt = this.#now;
    if (this.#draft.limits.perMinute !== undefined) this.#recent.push(this.#now);
    if (userId !== undefined && this.#draft.perUserCooldown > 0) this.#rememberPerson(userId);
  }

  #held(userId: string | undefined): Held | null {
    const { cooldown, perUserCooldown, limits } = this.#draft;
    if (this.#now < this.#firedAt + cooldown * 1_000) return "cooldown";
    const lastOfUser = this.#people.get(userId ?? "");
    if (lastOfUser !== undefined && this.#now < lastOfUser + perUserCooldown * 1_000) return "user_cooldown";
    if (limits.perMinute === undefined) return null;
    this.#recent = this.#recent.filter((at) => at > this.#now - 60_000);
    return this.#recent.length >= limits.perMinute ? "limit" : null;
  }

  #rememberPerson(userId: string): void {
    this.#people.delete(userId);
    this.#people.set(userId, this.#now);
    if (this.#people.size > MAX_PEOPLE) this.#people.delete(this.#people.keys().next().value as string);
  }
}
