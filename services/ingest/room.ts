import { setTimeout as sleep } from "node:timers/promises";
import type { Service } from "moleculer";
import type { Provider } from "../../contracts/raw-envelope.ts";
import type { RoomState, RoomStatus } from "../../contracts/room.ts";
import { type BackoffPolicy, backoffMs } from "../../lib/backoff.ts";
import { Account, LostAccount } from "./account.ts";
import { Dropped, type DroppedRange } from "./dropped.ts";
import { closeLost, LOST, type OpenSession } from "./lost-session.ts";
import type { Ownership } from "./ownership.ts";
import type { Intake } from "./pressure.ts";
import { type Enclosed, NotPublishedError, type Publisher } from "./publisher.ts";
import { fromFact, fromMessage, isPublishable, isTooLarge, type Origin, type SourceMessage } from "./raw-message.ts";
import type { Notes, RoomRecord } from "./room-log.ts";
import type { RoomLogs } from "./room-logs.ts";
import { type Closed, ConnectError, type Source, type SourceListener } from "./source.ts";

/** How a room is reached and what it needs of the other services. */
export interface RoomOptions {
  uniqueId: string;
  provider: Provider;
  /** Opens a connection; `streamId` is the room we were in, if any. Throws ConnectError. */
  open(streamId: string | undefined, listener: SourceListener, signal: AbortSignal): Promise<Source>;
  logs: RoomLogs;
  logger: Service["logger"];
  /** The right to follow the room; `onLost` is called when another process has taken it. */
  ownership(onLost: () => void): Ownership;
  /** Sessions of the streamer that nobody closed, as far as they are stored. */
  openSessions(): Promise<OpenSession[]>;
  /** Our id of the streamer's account. */
  channelOf(source: Source): Promise<string>;
  /** A message that cannot be a raw entry. */
  refuse(message: SourceMessage, origin: Pick<Origin, "streamId" | "sessionId">): Promise<void>;
  onChange(status: RoomStatus): void;
  /** Failed attempts in a row before the room is given up; 0: never. */
  maxAttempts: number;
  newId(): string;
}

/** The seed's reconnect policy (seed 001, 3.1). */
const reconnect: BackoffPolicy = { initialMs: 1_000, maxMs: 60_000, multiplier: 2, jitter: 0.2 };
/** How often we ask whether a streamer is live: courtesy of every TikTok library. */
const offline: BackoffPolicy = { initialMs: 40_000, maxMs: 40_000, multiplier: 1, jitter: 0.25 };
/** The simulator needs no courtesy. */
const offlineSimulated: BackoffPolicy = { ...offline, initialMs: 3_000, maxMs: 3_000 };
/** How often we ask for a room that another process follows. */
const OWNED_MS = 1_000;
const FLUSH_MS = 5_000;
const FLUSH_POLL_MS = 1_000;
/** A connection that lasted this long was a good one. */
const GOOD_MS = 30_000;
/** Messages of one connection attempt that wait until it stands. */
const MAX_EARLY = 5_000;

/**
 * The actor of one room: connects, keeps connected, and writes what only it knows (CONNECTED, DISCONNECTED, ERROR,
 * GAP) to the room's log like any other message. One session is one connection.
 */
export class Room {
  readonly #options: RoomOptions;
  readonly #abort = new AbortController();
  readonly #ownership: Ownership;
  #status: RoomStatus;
  #publisher: Publisher | undefined;
  #source: Source | undefined;
  /** Broadcasts whose session we closed for an ingest that died. */
  readonly #abandoned = new Set<string>();
  /** Of the present session, or of the last one. */
  #account: Account | undefined;
  #running: Promise<void> = Promise.resolve();
  /** Messages that came before the connection stood; an attempt that failed leaves them to the next. */
  readonly #early: SourceMessage[] = [];
  readonly #dropped = new Dropped((range) => this.#tellDropped(range));

  constructor(options: RoomOptions) {
    this.#options = options;
    this.#ownership = options.ownership(() => void this.#source?.close());
    this.#status = {
      uniqueId: options.uniqueId,
      provider: options.provider,
      simulated: options.provider === "simulator",
      state: "connecting",
      since: new Date().toISOString(),
      attempt: 0,
      counters: { received: 0, published: 0, duplicates: 0, tooLarge: 0, refused: 0 },
      dropped: { overload: this.#dropped.counts },
    };
  }

  get status(): RoomStatus {
    return structuredClone(this.#status);
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Disconnects, flushes and says so; resolves when the room is silent. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#source?.close();
    await this.#running;
    if (this.#publisher) await this.#options.logs.release(this.#publisher);
    await this.#ownership.release();
  }

  async #run(): Promise<void> {
    let attempt = 0;
    while (await this.#owned()) {
      this.#become("connecting", { attempt });
      let wait: number | undefined;
      try {
        attempt = (await this.#live()) ? 0 : attempt + 1;
        wait = backoffMs(reconnect, attempt, Math.random());
      } catch (error) {
        if (this.#stopping) break;
        wait = this.#afterFailure(error, attempt++);
      }
      if (wait === undefined) return;
      await this.#sleep(wait);
    }
    this.#become("ended", { reason: "disconnected on request" });
  }

  /** Resolves once the room is ours; false: it was stopped first. */
  async #owned(): Promise<boolean> {
    while (!this.#stopping) {
      const wasOurs = this.#ownership.isHeld;
      if (await this.#claim()) {
        if (!wasOurs) await this.#patiently(() => this.#closeAbandoned()).catch(() => {}); // stopped meanwhile
        return !this.#stopping;
      }
      this.#become("waiting", { reason: "OWNED_ELSEWHERE: another ingest process follows this room", wait: OWNED_MS });
      await this.#sleep(OWNED_MS);
    }
    return false;
  }

  #claim(): Promise<boolean> {
    return this.#patiently(() => this.#ownership.claim()).catch(() => false); // stopped meanwhile
  }

  /** Closes what an ingest that died left open, whether or not that broadcast ever comes back. */
  async #closeAbandoned(): Promise<void> {
    const { logs, newId, openSessions, provider } = this.#options;
    for (const session of await openSessions()) {
      const log = logs.open(session.streamId);
      await this.#published(log); // it may have said so itself, into the spool
      const past = await logs.past(session.streamId);
      if (await closeLost(log, session, past, { provider, id: newId() })) this.#abandoned.add(session.streamId);
      await logs.release(log);
    }
  }

  /** One connection from beginning to end. True when it was a good one, so that the back-off starts over. */
  async #live(): Promise<boolean> {
    const { open, logger } = this.#options;
    let connected = false;
    const listener: SourceListener = {
      onMessage: (message) => (connected ? this.#take(message) : this.#keepForLater(message)),
      onTrouble: (code, message) => {
        logger.warn({ ...this.#names(), code }, message);
        // a flood of them must not take the room that chats and gifts have left
        if (connected && !this.#status.sheddingSince) void this.#tell("ControlEvent.ERROR", { code, message });
      },
    };
    const source = await open(this.#status.streamId, listener, this.#abort.signal);
    this.#source = source;
    try {
      await this.#begin(source);
      connected = true;
      for (const message of this.#early.splice(0)) this.#take(message);
      source.resume();
      this.#become("live", { attempt: 0 });
      const closed = await source.closed;
      await this.#end(closed);
      return closed.streamEnded || Date.now() - source.connectedAt.getTime() > GOOD_MS;
    } finally {
      this.#source = undefined;
      await source.close();
    }
  }

  /** Opens a session: says who is live, and what was missed since the session before. One batch, so all or nothing. */
  async #begin(source: Source): Promise<void> {
    const { channelOf, logs, newId, provider, uniqueId } = this.#options;
    const { streamId, owner, title, connectedAt } = source;
    if (this.#publisher === undefined || this.#status.streamId !== streamId) this.#openLog(streamId);
    const channelId = await this.#patiently(() => channelOf(source));
    if (this.#publisher) await this.#published(this.#publisher);
    const before = await this.#patiently(() => logs.past(streamId));
    const lost = before?.sessionId && before.cutAt === null ? this.#closeLost(before) : 0;
    this.#account = new Account(newId());
    this.#status = { ...this.#status, streamId, sessionId: this.#account.sessionId, channelId };
    const connected = { provider, channelId, uniqueId, ...(owner ? { owner } : {}), ...(title ? { title } : {}) };
    const from = before?.cutAt ?? before?.lastAt;
    if (!before?.sessionId || !from) {
      await this.#tell("ControlEvent.CONNECTED", connected, connectedAt, { cutAt: "" });
      return;
    }
    const seqNoBefore = before.seqNo + lost;
    const why = lost || this.#abandoned.delete(streamId) ? "ingest_lost" : "disconnected";
    const gap = { from, to: connectedAt.toISOString(), why, seqNoBefore, seqNoAfter: seqNoBefore + 1 };
    void this.#tell("ControlEvent.CONNECTED", connected, connectedAt);
    await this.#tell("ttlc.Gap", gap, connectedAt, { cutAt: "" });
  }

  /** The session before was never closed: its process died. What it could not say is said now, in its name. */
  #closeLost({ sessionId, lastAt }: RoomRecord): number {
    const at = lastAt ? new Date(lastAt) : new Date();
    void this.#tell("ControlEvent.DISCONNECTED", LOST, at, undefined, new LostAccount(sessionId as string));
    return 1;
  }

  async #end({ code, reason, streamEnded }: Closed): Promise<void> {
    const at = new Date();
    this.#options.logger.info({ ...this.#names(), code, streamEnded }, "disconnected");
    this.#become(streamEnded ? "ended" : "reconnecting", { reason });
    this.#dropped.endRange();
    void this.#tell("ControlEvent.DISCONNECTED", { code, reason }, at, { cutAt: at.toISOString() });
    await this.#publisher?.flushed(FLUSH_MS);
  }

  #take(message: SourceMessage): void {
    const { counters } = this.#status;
    const { logger, provider } = this.#options;
    const account = this.#account as Account;
    const origin = { streamId: this.#status.streamId as string, sessionId: account.sessionId, provider };
    counters.received++;
    account.received++;
    if (!isPublishable(message.method)) {
      counters.refused++;
      account.refused++;
      this.#options
        .refuse(message, origin)
        .catch((error) => logger.error({ ...this.#names(), err: error }, "lost a message"));
      return;
    }
    const shed = this.#publisher?.sheds(message.method);
    if (shed) {
      account.dropped++;
      this.#dropped.add(shed, message.receivedAt);
      return;
    }
    if (isTooLarge(message.payload)) counters.tooLarge++;
    const connectedAt = this.#source?.connectedAt ?? message.receivedAt;
    void this.#send(fromMessage(message, { ...origin, connectedAt }), { account });
  }

  #keepForLater(message: SourceMessage): void {
    this.#early.push(message);
    if (this.#early.length >= MAX_EARLY) this.#source?.pause();
  }

  /** Writes a fact of our own to the room's log; only the room's owner may. */
  async #tell(type: string, data: object, at = new Date(), notes?: Notes, account = this.#account as Account) {
    if (!this.#ownership.isHeld) return;
    const { provider, newId } = this.#options;
    const streamId = this.#status.streamId as string;
    account.facts++;
    const fact = fromFact(type, data, at, newId(), { streamId, sessionId: account.sessionId, provider });
    return this.#send(fact, { account, notes });
  }

  #tellDropped({ from, to, count }: DroppedRange): void {
    void this.#tell("ttlc.Gap", { from: from.toISOString(), to: to.toISOString(), why: "overload", count });
  }

  /** Resolves once the message is on ttlc:raw or on the disk, or given up. */
  async #send(message: Parameters<Publisher["publish"]>[0], enclosed: Enclosed): Promise<void> {
    try {
      await this.#publisher?.publish(message, enclosed);
    } catch (error) {
      if (!(error instanceof NotPublishedError)) throw error;
      this.#options.logger.error({ ...this.#names(), type: message.entry.type, err: error }, "not published");
    }
  }

  #openLog(streamId: string): void {
    const { logs, logger } = this.#options;
    if (this.#publisher) void logs.release(this.#publisher);
    this.#status.streamId = streamId;
    this.#publisher = logs.open(streamId, {
      onIntake: (intake) => this.#showIntake(intake),
      onOutage: (error) => logger.warn({ ...this.#names(), err: error }, "cannot publish, trying again"),
      onPublished: ({ published, duplicates }) => {
        this.#status.counters.published += published;
        this.#status.counters.duplicates += duplicates;
      },
      onSpool: (spool) => this.#showSpool(spool),
      onSpoolFull: (error) =>
        logger.error({ ...this.#names(), err: error }, "the spool takes no more: messages wait in memory"),
    });
  }

  #showIntake(intake: Intake): void {
    const { logger, onChange } = this.#options;
    if (intake === "paused") this.#source?.pause();
    else this.#source?.resume();
    const isShedding = intake === "shedding";
    if (isShedding === (this.#status.sheddingSince !== undefined)) return;
    const { sheddingSince: _, ...rest } = this.#status;
    this.#status = isShedding ? { ...rest, sheddingSince: new Date().toISOString() } : rest;
    const facts = { ...this.#names(), dropped: { ...this.#dropped.counts } };
    if (isShedding) logger.error(facts, "nothing takes messages: those worth least are dropped");
    else logger.info(facts, "messages are no longer dropped");
    if (!isShedding) this.#dropped.endRange();
    onChange(this.status);
  }

  #showSpool(spool: RoomStatus["spool"] | null): void {
    const { logger, onChange } = this.#options;
    const was = this.#status.spool !== undefined;
    const { spool: _, ...rest } = this.#status;
    this.#status = spool ? { ...rest, spool: { messages: spool.messages, bytes: spool.bytes } } : rest;
    if (was === (spool !== null)) return;
    if (spool) logger.error(this.#names(), "Redis cannot take messages: they are spooled to disk");
    else logger.info(this.#names(), "everything spooled is published");
    onChange(this.status);
  }

  /** Resolves once everything of sessions before is published: only then is their end known. */
  async #published(log: Publisher): Promise<void> {
    while (!log.isIdle) {
      if (this.#stopping) throw new ConnectError("CONNECT_FAILED", "disconnected while connecting");
      await log.flushed(FLUSH_POLL_MS);
    }
  }

  /** Until it succeeds: Redis or storage may be away for a while. */
  async #patiently<T>(ask: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await ask();
      } catch (error) {
        if (this.#stopping) throw error;
        if (attempt === 0) {
          this.#options.logger.warn({ ...this.#names(), err: error }, "waiting for storage or Redis");
          this.#become("connecting", { reason: "waiting for storage or Redis" });
        }
        await this.#sleep(backoffMs({ ...reconnect, initialMs: 200, maxMs: 5_000 }, attempt, Math.random()));
      }
    }
  }

  /** The state a failure leads to, and how long to stay in it; undefined: the room is given up. */
  #afterFailure(error: unknown, attempt: number): number | undefined {
    const { logger, maxAttempts } = this.#options;
    const { code, message, retryAfterMs } =
      error instanceof ConnectError
        ? error
        : new ConnectError("CONNECT_FAILED", "unexpected failure", { cause: error });
    const reason = `${code}: ${message}`;
    if (code === "OFFLINE") {
      const wait = backoffMs(this.#status.simulated ? offlineSimulated : offline, 0, Math.random());
      this.#status.streamId = undefined; // its next stream is another room
      this.#become(this.#account ? "ended" : "waiting", { reason, attempt, wait });
      return wait;
    }
    logger.warn({ ...this.#names(), code, attempt, err: error }, "could not connect");
    if (this.#account && this.#status.streamId) void this.#tell("ControlEvent.ERROR", { code, message });
    if (code === "SIGN_REFUSED" || (maxAttempts > 0 && attempt + 1 >= maxAttempts)) {
      this.#become("failed", { reason, attempt: attempt + 1 });
      return undefined;
    }
    const wait = Math.max(backoffMs(reconnect, attempt, Math.random()), retryAfterMs);
    this.#become("reconnecting", { reason, attempt: attempt + 1, wait });
    return wait;
  }

  #become(state: RoomState, { reason, attempt, wait }: { reason?: string; attempt?: number; wait?: number }): void {
    const { reason: _reason, nextAttemptAt: _next, ...rest } = this.#status;
    this.#status = {
      ...rest,
      state,
      since: state === rest.state ? rest.since : new Date().toISOString(),
      attempt: attempt ?? rest.attempt,
      ...(reason === undefined ? {} : { reason }),
      ...(wait === undefined ? {} : { nextAttemptAt: new Date(Date.now() + wait).toISOString() }),
    };
    this.#options.onChange(this.status);
  }

  get #stopping(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Ends early when the room is stopped. */
  async #sleep(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#abort.signal }).catch(() => {});
  }

  #names() {
    return { streamId: this.#status.streamId, sessionId: this.#account?.sessionId };
  }
}
