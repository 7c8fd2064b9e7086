import type { Roles, ServedEvent } from "../contracts/api.ts";
import type { UnifiedEvent } from "../contracts/unified-event.ts";
import type { Entry } from "./define-service.ts";
import { isOutage, OutageError } from "./errors.ts";
import { inheritedBy, learned, toldBy } from "./roles.ts";

/** Asks storage what was told of people in the rooms of a channel up to the position `through`. */
export type AskRoles = (
  streamId: string,
  userIds: readonly string[],
  through: string,
) => Promise<{ userId: string; roles: Roles }[]>;

interface Known {
  roles: Roles;
  /** When storage was asked or they told something themselves: on the clock of `now`, in ms. */
  at: number;
}

/** People remembered at a time. */
const MAX_PEOPLE = 20_000;
/** Who told nothing for so long is asked for again: another gateway's tail may have heard what this one missed. */
const FRESH_MS = 60_000;
/** Storage is asked no oftener, so that in a busy room each question is for many. */
const ASK_EVERY_MS = 20;
/** After storage did not answer, events go out without what it knows for so long. */
const REST_MS = 2_000;

type Entries = readonly Entry<"ttlc:events">[];

/**
 * What is known of the people in the rooms that somebody listens to: learned from the tail as it passes, and asked of
 * storage once for who is new, for all of a batch at once.
 */
export class KnownRoles {
  readonly #people = new Map<string, Known>();
  readonly #now: () => number;
  #askAgainAt = Number.NEGATIVE_INFINITY;
  #restUntil = Number.NEGATIVE_INFINITY;

  /** @param now milliseconds on a clock that never goes back */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** The tail may have missed something. */
  forget(): void {
    this.#people.clear();
  }

  /**
   * `entries`, in the order of the tail, with what their senders inherit. What cannot be known is left out.
   *
   * @param mustKnow rather waits for a storage that is away
   * @throws OutageError with `mustKnow` only
   */
  async attach(
    entries: Entries,
    isHeard: (streamId: string) => boolean,
    ask: AskRoles,
    { mustKnow = false } = {},
  ): Promise<Entries> {
    const isWanted = ({ message: { event } }: Entries[number]) => hasRoles(event) && isHeard(event.streamId);
    const wanted = new Set(entries.filter(isWanted));
    this.#forgetUnheard(entries, wanted);
    if (wanted.size === 0) return entries;
    await this.#meet(wanted, ask, mustKnow);
    return entries.map((entry) => (wanted.has(entry) ? this.#attached(entry) : entry));
  }

  /** What somebody tells while nobody listens is not taken in: storage is asked for them when it matters again. */
  #forgetUnheard(entries: Entries, heard: ReadonlySet<Entries[number]>): void {
    if (this.#people.size === 0 || heard.size === entries.length) return;
    for (const entry of entries) {
      const { event } = entry.message;
      if (!heard.has(entry) && hasRoles(event) && toldBy(event)) this.#people.delete(keyOf(event));
    }
  }

  #attached(entry: Entries[number]): Entries[number] {
    const { event } = entry.message;
    const key = keyOf(event);
    const known = this.#people.get(key);
    const told = toldBy(event);
    const roles = told ? learned(known?.roles, told) : known?.roles;
    // Who could not be asked for is not fresh by what they tell themselves.
    if (told && roles) this.#remember(key, { roles, at: known ? this.#now() : Number.NEGATIVE_INFINITY });
    const inherited = inheritedBy(event, roles);
    return inherited
      ? { ...entry, message: { ...entry.message, event: { ...event, inherited } as ServedEvent } }
      : entry;
  }

  /** Asks for those of whom nothing fresh is known. */
  async #meet(entries: Iterable<Entries[number]>, ask: AskRoles, mustKnow: boolean): Promise<void> {
    const strangers = new Map<string, { userIds: Set<string>; through: string }>();
    for (const { id, message } of entries) {
      const known = this.#people.get(keyOf(message.event));
      if (known && this.#now() - known.at < FRESH_MS) continue;
      const { streamId, user } = message.event;
      const asked = strangers.get(streamId) ?? { userIds: new Set(), through: id };
      strangers.set(streamId, asked);
      asked.userIds.add(user?.userId as string);
    }
    if (strangers.size === 0 || this.#now() < this.#restUntil) return;
    const waitMs = this.#askAgainAt - this.#now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    this.#askAgainAt = this.#now() + ASK_EVERY_MS;
    const questions = [...strangers].map(async ([streamId, { userIds, through }]) => {
      const answers = new Map((await ask(streamId, [...userIds], through)).map(({ userId, roles }) => [userId, roles]));
      for (const userId of userIds) {
        this.#remember(`${streamId} ${userId}`, { roles: answers.get(userId) ?? {}, at: this.#now() });
      }
    });
    const outcomes = await Promise.allSettled(questions);
    const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
    const outage = failures.find(isOutage);
    if (mustKnow && outage) throw new OutageError("storage", { cause: outage });
    if (failures.length > 0) this.#restUntil = this.#now() + REST_MS;
  }

  #remember(key: string, known: Known): void {
    this.#people.set(key, known);
    if (this.#people.size > MAX_PEOPLE) this.#people.delete(this.#people.keys().next().value as string);
  }
}

/**
 * `items`, all entries of ttlc:events after the position `after`: those of one stream with what their senders inherit. Of
 * what lies between storage's boundary and `after` only what is stored by now counts.
 */
export async function withRoles<Item extends { event: ServedEvent }>(
  ask: AskRoles,
  streamId: string,
  items: readonly Item[],
  after: string,
): Promise<Item[]> {
  const isOurs = ({ event }: Item) => hasRoles(event) && event.streamId === streamId;
  const userIds = new Set(items.filter(isOurs).map(({ event }) => event.user?.userId as string));
  if (userIds.size === 0) return [...items];
  const people = new Map((await ask(streamId, [...userIds], after)).map(({ userId, roles }) => [userId, roles]));
  return items.map((item) => {
    if (!isOurs(item)) return item;
    const userId = item.event.user?.userId as string;
    const told = toldBy(item.event);
    if (told) people.set(userId, learned(people.get(userId), told));
    const inherited = inheritedBy(item.event, people.get(userId));
    return inherited ? { ...item, event: { ...item.event, inherited } } : item;
  });
}

/** A replay is told again: what its people were then is in storage, under its original rows. */
const hasRoles = ({ user, source }: UnifiedEvent) => user !== null && source === "live";

const keyOf = ({ streamId, user }: UnifiedEvent) => `${streamId} ${user?.userId}`;
