import { anything } from "./acts.ts";
import { Crowd, type Viewer } from "./crowd.ts";
import { commonOf, type Draft, type Message, seal } from "./frames.ts";
import type { Ids } from "./ids.ts";
import { Random } from "./random.ts";
import { scheduleSegments } from "./segments.ts";
import type { Act, Stage, Totals } from "./stage.ts";

/**
 * A LIVE is quiet, steady or busy by turns. Lengths are means; over all of them the tempo is 1 on average
 * ((60 + 16 x 2.5 + 40 x 0.4) / 116), so that the rate a room is opened with is what it sends.
 */
const phases = [
  { meanMs: 60_000, tempo: 1 },
  { meanMs: 16_000, tempo: 2.5 },
  { meanMs: 40_000, tempo: 0.4 },
] as const;

export interface ShowOptions {
  seed: number;
  /** Messages per second, on average. */
  rate: number;
  roomId: string;
  host: Viewer;
  ids: Ids;
  /** Milliseconds since 1970. */
  startedAt: number;
}

/**
 * What happens in a room, message by message. It has a clock of its own: message `n` of a seed is always due at the
 * same time after the start and always says the same, however late it is asked for.
 */
export class Show {
  readonly #stage: Stage & { now: number; tempo: number; lastChat: Stage["lastChat"] };
  /** Acts to come, soonest last. */
  readonly #planned: { atMs: number; act: Act }[] = [];
  #startedAt: number;
  #dueMs = 0;
  #phase = 0;
  #phaseEndsMs = 0;

  constructor(options: ShowOptions) {
    const { seed, roomId, host, rate, ids, startedAt } = options;
    this.#startedAt = startedAt;
    const random = new Random(`show ${seed}`);
    this.#stage = {
      random,
      crowd: new Crowd(seed, Math.min(300 + 10 * rate, 5_000)),
      host,
      roomId,
      now: startedAt,
      rate,
      tempo: 1,
      totals: openingTotals(random),
      lastChat: undefined,
      newId: () => ids.next(this.#stage.now),
      later: (delayMs, act) => this.#plan(this.#dueMs + delayMs, act),
    };
    scheduleSegments(this.#stage);
    this.#phaseEndsMs = this.#phaseLength();
  }

  /** When the next message is due, milliseconds since 1970. */
  get dueAt(): number {
    return Math.floor(this.#startedAt + this.#dueMs);
  }

  get totals(): Readonly<Totals> {
    return this.#stage.totals;
  }

  next(): Message {
    const stage = this.#stage;
    stage.now = this.dueAt;
    let draft: Draft | undefined;
    while (!draft) draft = (this.#takePlanned() ?? anything)(stage);
    const common = commonOf(draft, { msgId: stage.newId(), roomId: stage.roomId, at: stage.now });
    if (isChat(draft)) stage.lastChat = { chat: draft, common };
    this.#advance();
    return seal(draft, common);
  }

  /** Moves everything to come: the room was paused, or the machine slept. */
  delay(ms: number): void {
    this.#startedAt += ms;
  }

  #plan(atMs: number, act: Act): void {
    let index = this.#planned.length;
    while (index > 0 && (this.#planned[index - 1] as { atMs: number }).atMs <= atMs) index--;
    this.#planned.splice(index, 0, { atMs, act });
  }

  #takePlanned(): Act | undefined {
    const soonest = this.#planned.at(-1);
    return soonest && soonest.atMs <= this.#dueMs ? this.#planned.pop()?.act : undefined;
  }

  #advance(): void {
    const { random, rate, tempo } = this.#stage;
    this.#dueMs += random.wait(1000 / (rate * tempo));
    if (this.#dueMs < this.#phaseEndsMs) return;
    this.#phase = (this.#phase + 1) % phases.length;
    this.#stage.tempo = phases[this.#phase]?.tempo ?? 1;
    this.#phaseEndsMs = this.#dueMs + this.#phaseLength();
  }

  #phaseLength(): number {
    return (phases[this.#phase]?.meanMs ?? 0) * (0.7 + 0.6 * this.#stage.random.next());
  }
}

const isChat = (draft: Draft): draft is Draft<"WebcastChatMessage"> => draft.method === "WebcastChatMessage";

const openingTotals = (random: Random): Totals => ({
  viewers: random.int(40, 90),
  totalViewers: random.int(200, 400),
  likes: random.int(100, 900),
  followers: random.int(2_000, 90_000),
  shares: 0,
  diamonds: 0,
  roses: 0,
  lastGiver: undefined,
});
