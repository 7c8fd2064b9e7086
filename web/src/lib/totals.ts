import type { ServedEvent, StreamDetail, TopGifter } from "../../../contracts/api.ts";
import type { EventOf } from "../../../contracts/unified-event.ts";
import { type ChipKind, chipKinds, kindOf } from "./rows.ts";

/** What the page shows beside the feed, published once a second. */
export interface Summary {
  /** Events since the page was opened, of every kind. */
  total: number;
  counts: Record<ChipKind, number>;
  /** TikTok's own figures; null while it has told none. */
  viewers: number | null;
  likes: number | null;
  /** Sums of what was seen. */
  observedLikes: number;
  diamonds: number;
  topGifters: TopGifter[];
  /** Events a second, the mean of the last five. */
  rate: number;
  /** One point a second; epoch seconds, oldest first. */
  series: { at: number[]; viewers: (number | null)[]; events: number[] };
}

interface Gift {
  at: number;
  coins: number;
  user: ServedEvent["user"];
}

interface Like {
  at: number;
  count: number;
}

const SERIES_SECONDS = 300;
const RATE_SECONDS = 5;
const TOP = 8;
/** People and streaks remembered. */
const MAX_KEPT = 2_000;
/** An event that comes later than this after it was ingested is catching up, and says nothing about the present rate. */
const LATE_MS = 5_000;

/**
 * Sums over the events of one stream. The server's own sums are the base (`rebase`), events newer than the base are
 * added to it: so a page opened late shows true numbers, and a wrong one lasts until the next rebase.
 */
export class Totals {
  readonly #counts = Object.fromEntries(chipKinds.map((kind) => [kind, 0])) as Record<ChipKind, number>;
  #total = 0;
  #viewers: number | null = null;
  /** seqNo of the event that told them: one that comes late changes nothing. */
  #viewersSeq = -1;
  #likes: number | null = null;
  #base = { at: 0, diamonds: 0, likes: 0, gifters: [] as TopGifter[] };
  /** Newer than the base. */
  #likesSince: Like[] = [];
  /** Gifts newer than the base; of a streak, what each frame added. */
  #gifts: Gift[] = [];
  /** Highest coins seen of a streak: frames are cumulative. */
  readonly #streaks = new Map<string, number>();
  #series: Summary["series"] = { at: [], viewers: [], events: [] };
  #thisSecond = 0;
  /** Smallest difference seen between our clock and the server's. */
  #skewMs = Number.POSITIVE_INFINITY;

  /** Takes over the server's sums; gifts that it has counted already are dropped from ours. */
  rebase(detail: StreamDetail) {
    const at = Date.parse(detail.lastEventAt);
    this.#base = { at, diamonds: detail.diamonds, likes: detail.observedLikes, gifters: detail.topGifters };
    this.#gifts = this.#gifts.filter((gift) => gift.at > at);
    this.#likesSince = this.#likesSince.filter((like) => like.at > at);
    this.#viewers ??= detail.viewers;
    this.#likes = Math.max(this.#likes ?? 0, detail.likes ?? 0) || null;
  }

  add(event: ServedEvent, now: number) {
    this.#total++;
    this.#pace(event, now);
    const known = event.eventType === "GIFT" && this.#streaks.has(event.payload.streakId ?? "");
    const kind = kindOf(event);
    if (kind !== "session" && !known) this.#counts[kind]++;
    if (event.eventType === "ROOM_USER" && event.seqNo > this.#viewersSeq) {
      this.#viewersSeq = event.seqNo;
      this.#viewers = event.payload.viewers;
    }
    if (event.eventType === "LIKE") this.#like(event);
    if (event.eventType === "GIFT") this.#gift(event);
  }

  /** Ends a second: `now` is its instant in ms. */
  tick(now: number): Summary {
    const { at, viewers, events } = this.#series;
    this.#series = {
      at: [...at, Math.floor(now / 1000)].slice(-SERIES_SECONDS),
      viewers: [...viewers, this.#viewers].slice(-SERIES_SECONDS),
      events: [...events, this.#thisSecond].slice(-SERIES_SECONDS),
    };
    this.#thisSecond = 0;
    return this.summary();
  }

  summary(): Summary {
    const recent = this.#series.events.slice(-RATE_SECONDS);
    return {
      total: this.#total,
      counts: { ...this.#counts },
      viewers: this.#viewers,
      likes: this.#likes,
      observedLikes: this.#base.likes + countOf(this.#likesSince),
      diamonds: this.#base.diamonds + sumOf(this.#gifts),
      topGifters: withGifts(this.#base.gifters, this.#gifts).slice(0, TOP),
      rate: recent.length ? Math.round(recent.reduce((sum, count) => sum + count, 0) / recent.length) : 0,
      series: this.#series,
    };
  }

  #pace(event: ServedEvent, now: number) {
    const ageMs = now - Date.parse(event.ingestedAt);
    this.#skewMs = Math.min(this.#skewMs, ageMs);
    if (ageMs - this.#skewMs < LATE_MS) this.#thisSecond++;
  }

  /** Only the total is TikTok's count: the likes of a message may be a part of them, sent to some. */
  #like({ payload: { count, total }, timestamp }: EventOf<"LIKE">) {
    if (total !== undefined) this.#likes = Math.max(this.#likes ?? 0, total);
    const at = Date.parse(timestamp);
    if (at > this.#base.at) this.#likesSince.push({ at, count });
    if (this.#likesSince.length > MAX_KEPT * 2) this.#base.likes += countOf(this.#likesSince.splice(0, MAX_KEPT));
  }

  #gift({ payload, timestamp, user }: EventOf<"GIFT">) {
    const before = payload.streakId ? (this.#streaks.get(payload.streakId) ?? 0) : 0;
    if (payload.streakId) {
      this.#streaks.set(payload.streakId, Math.max(before, payload.coins));
      if (this.#streaks.size > MAX_KEPT) this.#streaks.delete(this.#streaks.keys().next().value as string);
    }
    const gift = { at: Date.parse(timestamp), coins: payload.coins - before, user };
    if (gift.coins > 0 && gift.at > this.#base.at) this.#gifts.push(gift);
    if (this.#gifts.length > MAX_KEPT * 2) this.#fold(this.#gifts.splice(0, MAX_KEPT));
  }

  /** Without a rebase for long, the oldest gifts move into the base, so that memory stays bounded. */
  #fold(gifts: Gift[]) {
    const { diamonds, gifters } = this.#base;
    this.#base = {
      ...this.#base,
      diamonds: diamonds + sumOf(gifts),
      gifters: withGifts(gifters, gifts).slice(0, MAX_KEPT),
    };
  }
}

const countOf = (likes: Like[]) => likes.reduce((sum, { count }) => sum + count, 0);
const sumOf = (gifts: Gift[]) => gifts.reduce((sum, { coins }) => sum + coins, 0);

function withGifts(gifters: TopGifter[], gifts: Gift[]): TopGifter[] {
  const people = new Map(gifters.map((gifter) => [gifter.userId, { ...gifter }]));
  for (const { coins, user } of gifts) {
    if (!user) continue;
    const { userId, uniqueId, displayName } = user;
    const gifter = people.get(userId) ?? { userId, uniqueId, displayName, coins: 0 };
    gifter.coins += coins;
    people.set(userId, gifter);
  }
  return [...people.values()].sort((a, b) => b.coins - a.coins);
}
