import type { RuleDraft } from "../../contracts/rule.ts";

/** What a rule says of how often it fires. */
export type PaceLimits = Pick<RuleDraft, "cooldown" | "perUserCooldown" | "limits">;

/** Why a rule that matched does not fire. */
export type Held = "cooldown" | "user_cooldown" | "limit";

/** Firings remembered of a rule and of a person, and people per rule. */
const MAX_FIRINGS = 10_000;
const MAX_PEOPLE = 10_000;
const MINUTE_MS = 60_000;

/** When one rule fired, and on whom. */
export class Firings {
  readonly #all = new Times();
  /** By user id, the longest ago first. */
  readonly #people = new Map<string, Times>();

  /** @param at Unix milliseconds, of the event */
  add(at: number, userId: string | undefined): void {
    this.#all.add(at);
    if (userId === undefined) return;
    const times = this.#people.get(userId) ?? new Times();
    times.add(at);
    this.#people.delete(userId);
    this.#people.set(userId, times);
    if (this.#people.size > MAX_PEOPLE) this.#people.delete(this.#people.keys().next().value as string);
  }

  /** Why one more is too many; null: it is not. */
  holds({ cooldown, perUserCooldown, limits }: PaceLimits, at: number, userId: string | undefined): Held | null {
    if (this.#all.isNear(at, cooldown * 1_000)) return "cooldown";
    if (this.#people.get(userId ?? "")?.isNear(at, perUserCooldown * 1_000)) return "user_cooldown";
    return limits.perMinute !== undefined && this.#all.isFull(at, limits.perMinute) ? "limit" : null;
  }
}

/** Unix milliseconds in their order. */
class Times {
  readonly #times: number[] = [];

  add(at: number): void {
    this.#times.splice(this.#placeOf(at), 0, at);
    if (this.#times.length > MAX_FIRINGS) this.#times.shift();
  }

  /** Whether one is nearer than so many milliseconds, before or after. */
  isNear(at: number, ms: number): boolean {
    const place = this.#placeOf(at);
    const before = this.#times[place - 1] ?? Number.NEGATIVE_INFINITY;
    const after = this.#times[place] ?? Number.POSITIVE_INFINITY;
    return at - before < ms || after - at < ms;
  }

  /** Whether with this one some minute would have more than `count`. */
  isFull(at: number, count: number): boolean {
    const place = this.#placeOf(at);
    const before = this.#times.slice(Math.max(0, place - count), place);
    const times = [...before, at, ...this.#times.slice(place, place + count)];
    return times.some((first, i) => (times[i + count] ?? Number.POSITIVE_INFINITY) - first < MINUTE_MS);
  }

  /** Behind all that are not later: most often the end. */
  #placeOf(at: number): number {
    let place = this.#times.length;
    while (place > 0 && (this.#times[place - 1] as number) > at) place--;
    return place;
  }
}
