import type { View } from "../../contracts/access.ts";
import type { ServedEvent } from "../../contracts/api.ts";
import type { RoomStatus } from "../../contracts/room.ts";
import { type BackoffPolicy, backoffMs } from "../../lib/backoff.ts";
import type { Entry } from "../../lib/define-service.ts";
import { comparePositions } from "../../lib/position.ts";
import { type FeedSource, type PositionedEvent, readPage } from "./catch-up.ts";
import { FeedClient, type Listener } from "./feed-client.ts";
import type { Dialect, FeedItem } from "./feed-frames.ts";
import type { Outlet } from "./feed-outlet.ts";
import { Topic } from "./topic.ts";
import { isNewsFor } from "./whose-room.ts";
import { shown, type Wish, wishKey } from "./wish.ts";

/** Durations in milliseconds. */
export const feedLimits = {
  /**
   * How long an event waits for others after a write, times the clients of this gateway: a write costs one of them 10 to
   * 15 µs, so that writing takes at most a quarter of the time, and with few clients nobody waits.
   */
  coalesceMsPerClient: 0.05,
  /** Longest an event waits. */
  coalesceMs: 50,
  pingMs: 15_000,
  /** How often the right to listen is looked at again. */
  recheckMs: 5_000,
  /** See Patience in feed-client.ts. */
  maxBuffered: 262_144,
  drainMs: 30_000,
  /** Entries read at once when catching up. */
  pageSize: 500,
};

/** Between attempts to catch up while Redis or storage is away. */
const outage: BackoffPolicy = { initialMs: 250, maxMs: 5_000, multiplier: 2, jitter: 0.2 };

/**
 * The live feed of one gateway: the tail of `ttlc:events`, written to everybody who listens.
 *
 * `#tail` is the last position this gateway has examined. A client is either *live*, in the topic of its wish and at
 * the tail, or it follows from behind: pages of the past (catch-up.ts) up to the tail, as fast as it reads them, and
 * joins its topic in the very moment it has reached the tail. So nothing has to be queued for it, and nothing comes
 * twice or not at all. When the tail itself may have missed entries it jumps to the present, and everybody follows
 * from where it was.
 */
export class LiveFeed {
  /** Totals since the start, for /metrics. */
  readonly counters = { eventsSent: { sse: 0, websocket: 0 }, gaps: { sse: 0, websocket: 0 } };
  readonly #limits: typeof feedLimits;
  /** By stream, then by what is wanted of it and how it is written. */
  readonly #topics = new Map<string, Map<string, Topic>>();
  readonly #clients = new Set<FeedClient>();
  #tail: string | undefined;
  #moved = Promise.withResolvers<void>();
  #timers: NodeJS.Timeout[] = [];

  constructor(limits: Partial<typeof feedLimits> = {}) {
    this.#limits = { ...feedLimits, ...limits };
  }

  /** Whether somebody follows the stream at its tail. */
  isHeard(streamId: string): boolean {
    return this.#topics.has(streamId);
  }

  /** Takes what the tail has read. Entries it had before are ignored. */
  deliver(entries: readonly Entry<"ttlc:events">[]): void {
    const changed = new Set<Topic>();
    for (const { id, message } of entries) {
      if (this.#tail === undefined || comparePositions(id, this.#tail) <= 0) continue;
      this.#tail = id;
      const itemFor = itemMaker(id, message.event);
      for (const topic of this.#topics.get(message.event.streamId)?.values() ?? []) {
        if (!topic.wants(message.event)) continue;
        topic.add(itemFor(topic.wish.view));
        changed.add(topic);
      }
    }
    for (const topic of changed) topic.flushSoon(this.#tail as string);
    this.#announce();
  }

  /** Brings the tail up to the present after entries may have passed it by; who was live follows from behind. */
  async catchUp(source: FeedSource): Promise<void> {
    const present = await source.present();
    const before = this.#tail;
    if (present === before) return;
    const behind: FeedClient[] = [];
    for (const topic of this.#allTopics()) {
      topic.flush();
      for (const client of topic.clients) {
        if (client.slow) continue; // what it misses now is part of its gap
        client.position = before;
        behind.push(client);
        this.#leave(topic, client);
      }
    }
    this.#tail = present;
    this.#announce();
    for (const client of behind) void this.#follow(client);
  }

  /**
   * Begins a feed.
   *
   * @param after position to go on after; undefined begins with the present
   * @param state of the room at this moment, if it has an actor
   */
  connect(outlet: Outlet, listener: Listener, after: string | undefined, state: RoomStatus | undefined): FeedClient {
    if (this.#clients.size === 0) this.#startTimers();
    const client = new FeedClient(outlet, listener, this.#limits);
    client.position = after;
    client.wishedAt = this.#tail;
    this.#clients.add(client);
    void client.gone.then(() => this.#forget(client));
    client.watch({ recovered: () => this.#recover(client), fellBehind: () => this.#lead(client) });
    client.open();
    if (state) client.show(state);
    void this.#follow(client);
    return client;
  }

  /** Writes what waits, and moves everybody who is live to the tail: a cursor must move on in a quiet room too. */
  advance(): void {
    for (const topic of this.#allTopics()) {
      topic.flush();
      for (const client of topic.clients) if (!client.slow) client.position = this.#tail;
    }
  }

  /** Shows the new state of a room to everybody who listens to it. */
  show(state: RoomStatus): void {
    for (const client of this.#clients) {
      if (!isNewsFor(client.listener, client.wish.streamId, state)) continue;
      const { follows } = client.listener;
      if (follows && state.streamId && state.streamId !== client.wish.streamId) this.#turn(client, state.streamId);
      client.show(state);
    }
  }

  /** Ends every connection; the clients come back later, here or elsewhere. */
  close(): void {
    for (const topic of this.#allTopics()) topic.flush();
    for (const client of this.#clients) client.end();
    for (const client of this.#clients) this.#forget(client);
  }

  /** Leads a client from its position to the tail. */
  async #follow(client: FeedClient): Promise<void> {
    for (let failures = 0; !client.closed; ) {
      try {
        if (await this.#step(client)) return;
        failures = 0;
      } catch (error) {
        if (failures === 0 && !client.closed) client.listener.source.failed(error);
        await Promise.race([delay(backoffMs(outage, failures++, Math.random())), client.gone]);
      }
    }
  }

  /** One step towards the tail. True once the client is there and has joined its topic. */
  async #step(client: FeedClient): Promise<boolean> {
    const { wish } = client;
    const { source } = client.listener;
    const tail = this.#tail;
    if (tail === undefined) {
      await Promise.race([this.#moved.promise, client.gone]);
      return false;
    }
    client.position ??= tail;
    const ahead = comparePositions(client.position, tail);
    if (ahead === 0) {
      this.#join(client);
      return true;
    }
    if (ahead > 0) {
      if (comparePositions(client.position, await source.present()) > 0) {
        client.skip(client.position, tail); // the log was reset: its position means nothing any more
        this.counters.gaps[client.dialect.transport]++;
      } else {
        await Promise.race([this.#moved.promise, client.gone]); // another gateway was faster
      }
      return false;
    }
    const range = { after: client.position, through: tail, limit: this.#limits.pageSize };
    const { items, position, lost } = await readPage(source, wish, range);
    if (client.wish !== wish) return false; // it turned to something else meanwhile
    this.counters.eventsSent[client.dialect.transport] += items.length;
    await client.send(items.map(toItem(wish.view)), position);
    if (lost) {
      client.skip(range.after, position);
      this.counters.gaps[client.dialect.transport]++;
    }
    return false;
  }

  #join(client: FeedClient): void {
    const topic = this.#topicOf(client) ?? this.#addTopic(client);
    topic.flush(); // what waits there, the newcomer has already
    topic.clients.add(client);
  }

  #leave(topic: Topic, client: FeedClient): void {
    topic.clients.delete(client);
    if (topic.clients.size > 0) return;
    topic.flush();
    const { streamId } = topic.wish;
    const topics = this.#topics.get(streamId);
    topics?.delete(topic.key);
    if (topics?.size === 0) this.#topics.delete(streamId);
  }

  /** Leads a client to the broadcast that came next: all of it came after it had begun to wait for it. */
  #turn(client: FeedClient, streamId: string): void {
    const topic = this.#topicOf(client);
    const live = topic?.clients.has(client) ?? false;
    if (topic && live) this.#leave(topic, client);
    client.wish = { ...client.wish, streamId };
    if (!client.slow) client.position = client.wishedAt ?? this.#tail;
    client.wishedAt = this.#tail;
    if (!live) return; // it is being led already
    if (client.slow) this.#join(client);
    else void this.#follow(client);
  }

  /** Leads a live client from behind again. */
  #lead(client: FeedClient): void {
    const topic = this.#topicOf(client);
    if (topic) this.#leave(topic, client);
    void this.#follow(client);
  }

  /** A slow client has read all that waited for it. */
  #recover(client: FeedClient): void {
    this.#topicOf(client)?.flush();
    client.resume(this.#tail as string);
    this.counters.gaps[client.dialect.transport]++;
  }

  #forget(client: FeedClient): void {
    this.#clients.delete(client);
    const topic = this.#topicOf(client);
    if (topic) this.#leave(topic, client);
    if (this.#clients.size === 0) this.#stopTimers();
  }

  #topicOf({ wish, dialect }: FeedClient): Topic | undefined {
    return this.#topics.get(wish.streamId)?.get(topicKey(wish, dialect));
  }

  #addTopic({ wish, dialect }: FeedClient): Topic {
    const { coalesceMs, coalesceMsPerClient } = this.#limits;
    const topic = new Topic(topicKey(wish, dialect), wish, dialect, {
      waitMs: () => Math.min(coalesceMs, coalesceMsPerClient * this.#clients.size),
      sent: (events) => {
        this.counters.eventsSent[dialect.transport] += events;
      },
    });
    const topics = this.#topics.get(wish.streamId) ?? new Map();
    this.#topics.set(wish.streamId, topics.set(topic.key, topic));
    return topic;
  }

  *#allTopics(): Generator<Topic> {
    for (const topics of this.#topics.values()) yield* topics.values();
  }

  #announce(): void {
    const { resolve } = this.#moved;
    this.#moved = Promise.withResolvers();
    resolve();
  }

  #startTimers(): void {
    this.#timers = [
      setInterval(() => this.#ping(), this.#limits.pingMs),
      setInterval(() => this.#recheck(), this.#limits.recheckMs),
    ];
  }

  #stopTimers(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  /** Says that we are there, and how far. */
  #ping(): void {
    this.advance();
    for (const client of this.#clients) client.ping();
  }

  #recheck(): void {
    const cannotTell = () => true;
    for (const client of this.#clients) {
      void client.listener
        .stillAllowed?.()
        .catch(cannotTell)
        .then((allowed) => allowed || client.end());
    }
  }
}

const topicKey = (wish: Wish, { key }: Dialect) => `${key} ${wishKey(wish)}`;

const toItem =
  (view: View) =>
  ({ position, event }: PositionedEvent): FeedItem => ({ position, json: JSON.stringify(shown(event, view)) });

/** Serialises an event once for each way in which somebody is shown it. */
function itemMaker(position: string, event: ServedEvent): (view: View) => FeedItem {
  const made: Partial<Record<View, FeedItem>> = {};
  return (view) => {
    made[view] ??= toItem(view)({ position, event });
    return made[view];
  };
}

const delay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref());
