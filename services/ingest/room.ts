import { setTimeout as sleep } from "node:timers/promises";
import type { Service } from "moleculer";
import type { Provider } from "../../contracts/raw-envelope.ts";
import type { RoomState, RoomStatus, SourceScore } from "../../contracts/room.ts";
import { type BackoffPolicy, backoffMs } from "../../lib/backoff.ts";
import { LostAccount } from "./account.ts";
import { ConnectError } from "./connect-error.ts";
import { Early } from "./early.ts";
import type { Fence } from "./fence.ts";
import { closeLost, LOST, type OpenSession } from "./lost-session.ts";
import { closeLostStreaks } from "./lost-streaks.ts";
import type { Ownership } from "./ownership.ts";
import { FencedError, type Publisher } from "./publisher.ts";
import type { Origin, SourceMessage } from "./raw-message.ts";
import type { RoomRecord } from "./room-log.ts";
import type { RoomLogs } from "./room-logs.ts";
import { RoomWriter } from "./room-writer.ts";
import type { Closed, Source, SourceListener } from "./source.ts";

/** How a room is reached and what it needs of the other services. */
export interface RoomOptions {
  uniqueId: string;
  provider: Provider;
  /** Opens a connection; `streamId` is the room we were in, if any. Throws ConnectError. */
  open(streamId: string | undefined, listener: SourceListener, signal: AbortSignal): Promise<Source>;
  logs: RoomLogs;
  logger: Service["logger"];
  /** The right to follow the room, held. */
  ownership: Ownership;
  /** Another process has taken the room: this one is silent from now on. */
  onLost(): void;
  /** The process that follows the room. */
  node: string;
  /** Sessions of the streamer that nobody closed, as far as they are stored. */
  openSessions(): Promise<OpenSession[]>;
  /** Our id of the streamer's account. */
  channelOf(source: Source): Promise<string>;
  /** A message that cannot be a raw entry. */
  refuse(message: SourceMessage, origin: Pick<Origin, "streamId" | "sessionId">): Promise<void>;
  onChange(status: RoomStatus): void;
  /** Failed attempts in a row before the room is given up; 0: never. */
  maxAttempts: number;
  /** How each of its sources does. */
  scores?(): SourceScore[];
  /** How long until it may be asked again whether the streamer is live, in ms. */
  nextPollMs(): number;
  /** After which a gift streak without an end is over. (Default: 10,000) */
  streakSilenceMs?: number | undefined;
  newId(): string;
}

/** The seed's reconnect policy (seed 001, 3.1). */
const reconnect: BackoffPolicy = { initialMs: 1_000, maxMs: 60_000, multiplier: 2, jitter: 0.2 };
const FLUSH_MS = 5_000;
const FLUSH_POLL_MS = 1_000;
/** A connection that lasted this long was a good one. */
const GOOD_MS = 30_000;

/** How a room is left, and why. */
export interface Farewell extends Required<Pick<RoomStatus, "state" | "reason">> {
  /** Nobody goes on where it stops. */
  isForGood?: boolean;
}

const TAKEN: Farewell = { state: "waiting", reason: "OWNED_ELSEWHERE: another ingest process follows this room" };

/**
 * The actor of one room: connects, keeps connected, and writes what only it knows (CONNECTED, DISCONNECTED, ERROR,
 * GAP) to the room's log like any other message. One session is one connection.
 */
export class Room {
  readonly #options: RoomOptions;
  readonly #abort = new AbortController();
  readonly #writer: RoomWriter;
  #status: Omit<RoomStatus, keyof RoomWriter["status"] | "sources">;
  #source: Source | undefined;
  /** In which the room was followed last, by us or by the actor before us. */
  #broadcast: string | undefined;
  /** Broadcasts whose session we closed for an ingest that died. */
  readonly #abandoned = new Set<string>();
  /** Its own sessions. */
  readonly #begun = new Set<string>();
  #running: Promise<void> = Promise.resolve();
  /** The stream itself said that it ends, in the last session. */
  #hasEnded = false;
  #farewell: Farewell = { state: "ended", reason: "disconnected on request" };

  constructor(options: RoomOptions) {
    this.#options = options;
    const { ownership } = options;
    ownership.onLost = () => this.#lose();
    this.#writer = new RoomWriter({
      ...options,
      isOwner: () => ownership.isHeld,
      fence: () => ownership.fence,
      onFenced: () => void ownership.check(),
      onPause: (isPaused) => (isPaused ? this.#source?.pause() : this.#source?.resume()),
      onChange: () => this.#tellChange(),
    });
    this.#status = {
      uniqueId: options.uniqueId,
      provider: options.provider,
      simulated: options.provider === "simulator",
      node: options.node,
      state: "resolving",
      since: new Date().toISOString(),
      attempt: 0,
    };
  }

  get status(): RoomStatus {
    const sources = this.#options.scores?.();
    return { ...this.#status, ...this.#writer.status, ...(sources ? { sources } : {}) };
  }

  /** Another process could follow it as well, and nothing would be lost: not live, and all is said of its last session. */
  get isIdle(): boolean {
    const { state, spool } = this.status;
    return (state === "waiting" || state === "ended") && !spool && (this.#hasEnded || !this.#writer.sessionId);
  }

  /** Whether it is ours by that acquisition. */
  holds(fence: Fence): boolean {
    return this.#options.ownership.holds(fence);
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Disconnects, flushes and says so; resolves when the room is silent, and free for another process. */
  async stop(farewell = this.#farewell): Promise<void> {
    this.#farewell = farewell;
    if (farewell.isForGood) this.#writer.closeStreaks("timeout");
    this.#abort.abort();
    await this.#source?.close();
    await this.#running;
    await this.#writer.release();
    await this.#options.ownership.release();
  }

  /** Whoever has it now tells its state. */
  #lose(): void {
    this.#options.logger.warn(this.#names(), "another ingest process has taken the room");
    this.#farewell = TAKEN;
    this.#abort.abort();
    void this.#source?.close();
    this.#options.onLost();
  }

  async #run(): Promise<void> {
    let attempt = 0;
    let isSettled = false;
    while (!this.#stopping) {
      if (!isSettled) isSettled = await this.#patiently(() => this.#closeAbandoned()).catch(() => false); // stopped meanwhile
      if (this.#stopping) break;
      this.#become("resolving", { attempt });
      let wait: number | undefined;
      try {
        const { isGood, error, isRoutine } = await this.#live();
        if (isGood) attempt = 0;
        if (error) throw error;
        if (!isGood) attempt++;
        wait = isRoutine ? 0 : backoffMs(reconnect, attempt, Math.random());
      } catch (error) {
        if (this.#stopping) break;
        if (error instanceof ConnectError && error.code === "OFFLINE") await this.#leaveBroadcast().catch(() => {}); // stopped meanwhile
        wait = this.#afterFailure(error, attempt++);
      }
      if (wait === undefined) return this.#writer.closeStreaks("timeout");
      await this.#sleep(wait);
    }
    const { state, reason } = this.#farewell;
    this.#become(state, { reason });
  }

  /**
   * Closes what an ingest that died left open, whether or not that broadcast ever comes back. False while storage is
   * away: the room is not to wait for it, and of the present broadcast Redis knows enough.
   */
  async #closeAbandoned(): Promise<boolean> {
    const { logger, logs, newId, openSessions, ownership, provider } = this.#options;
    this.#broadcast ??= await logs.broadcastOf(this.#status);
    const open = await openSessions().catch((err) => {
      logger.warn({ ...this.#names(), err }, "storage is away: sessions that were left open are closed later");
      return undefined;
    });
    for (const session of open ?? []) {
      if (this.#begun.has(session.sessionId)) continue; // closed, and storage is yet to hear it
      const log = logs.open(session.streamId);
      try {
        await this.#published(log); // it may have said so itself, into the spool
        const past = await logs.past(session.streamId);
        if (await closeLost(logs, log, session, past, { provider, id: newId(), fence: ownership.fence }))
          this.#abandoned.add(session.streamId);
      } finally {
        await logs.release(log);
      }
    }
    return open !== undefined;
  }

  /** The broadcast before is over, also when its end was not heard: its gift streaks are closed. */
  async #leaveBroadcast(): Promise<void> {
    const { logs, ownership, provider } = this.#options;
    const streamId = this.#broadcast;
    if (!streamId || !ownership.isHeld) return;
    this.#broadcast = undefined;
    if (streamId === this.#writer.streaksOf) return this.#writer.closeStreaks("streamEnd");
    const log = logs.open(streamId);
    try {
      await this.#published(log);
      await this.#patiently(() => closeLostStreaks(logs, log, provider, ownership.fence));
    } finally {
      await logs.release(log);
    }
  }

  /** One connection from beginning to end, and how it was: after a good one the back-off starts over. */
  async #live(): Promise<Pick<Closed, "error" | "isRoutine"> & { isGood: boolean }> {
    const { open, logger } = this.#options;
    let connected = false;
    const early = new Early(); // of this attempt: the next is sent its first messages again, or is in another broadcast
    const listener: SourceListener = {
      onMessage: (message) => (connected ? take(message) : this.#keepForLater(message, early)),
      onSwitched: (switched) => void this.#writer.tell({ type: "ttlc.SourceSwitched", data: switched }),
      onWaiting: (reason, wait) => this.#become("connecting", { reason, wait }),
      onResolved: () => this.#become("connecting", {}),
      onTrouble: (code, message) => {
        logger.warn({ ...this.#names(), code }, message);
        if (connected) this.#tellError(code, message);
      },
    };
    const source = await open(this.#status.streamId, listener, this.#abort.signal);
    const take = (message: SourceMessage) => this.#writer.take(message, source.connectedAt);
    // it may be over before its session has begun
    const ended = source.closed.then((closed) => ({ ...closed, at: new Date() }));
    this.#source = source;
    try {
      await this.#begin(source);
      connected = true;
      for (const message of early.takeAll()) take(message);
      if (early.excess) this.#writer.drop(early.excess);
      source.resume();
      this.#become("live", { attempt: 0 });
      const closed = await ended;
      await this.#end(closed);
      return { ...closed, isGood: closed.streamEnded || Date.now() - source.connectedAt.getTime() > GOOD_MS };
    } finally {
      this.#source = undefined;
      await source.close();
    }
  }

  /** Opens a session: says who is live, and what was missed since the session before. One batch, so all or nothing. */
  async #begin(source: Source): Promise<void> {
    const { channelOf, logs, newId, uniqueId } = this.#options;
    const { provider, streamId, owner, title, connectedAt, switched } = source;
    if (streamId !== this.#broadcast) await this.#leaveBroadcast();
    if (this.#status.streamId !== streamId) this.#tellEnd();
    this.#status.streamId = streamId;
    this.#hasEnded = false;
    this.#writer.open(streamId);
    this.#broadcast = streamId;
    logs.noteBroadcast(this.#status, streamId);
    const channelId = await this.#patiently(() => channelOf(source));
    await this.#published(this.#writer);
    const before = await this.#patiently(() => logs.past(streamId));
    await this.#patiently(() => this.#writer.recover(streamId));
    const toClose = before?.sessionId && before.cutAt === null ? await this.#accountOf(before.sessionId) : undefined;
    const lost = toClose ? this.#closeLost(toClose, before?.lastAt) : 0;
    const sessionId = newId();
    this.#writer.begin(sessionId, provider);
    this.#begun.add(sessionId);
    this.#status = { ...this.#status, streamId, sessionId, channelId };
    const data = { provider, channelId, uniqueId, ...(owner ? { owner } : {}), ...(title ? { title } : {}) };
    const connected = { type: "ControlEvent.CONNECTED", data, at: connectedAt };
    if (switched) void this.#writer.tell({ type: "ttlc.SourceSwitched", data: switched, at: connectedAt });
    const from = before?.cutAt ?? before?.lastAt;
    if (!before?.sessionId || !from) {
      await this.#writer.tell({ ...connected, notes: { cutAt: "" } });
      return;
    }
    const seqNoBefore = before.seqNo + lost;
    const why = lost || this.#abandoned.delete(streamId) ? "ingest_lost" : "disconnected";
    const gap = { from, to: connectedAt.toISOString(), why, seqNoBefore, seqNoAfter: seqNoBefore + 1 };
    void this.#writer.tell(connected);
    await this.#writer.tell({ type: "ttlc.Gap", data: gap, at: connectedAt, notes: { cutAt: "" } });
  }

  /** The session before was never closed: its process died. What it could not say is said now, in its name. */
  #closeLost(account: LostAccount, lastAt: RoomRecord["lastAt"] | undefined): number {
    const at = lastAt ? new Date(lastAt) : new Date();
    void this.#writer.tell({ type: "ControlEvent.DISCONNECTED", data: LOST, at, account });
    return 1;
  }

  /** Of a session in whose name one more fact is about to be told. */
  async #accountOf(sessionId: string): Promise<LostAccount> {
    const { logs } = this.#options;
    return new LostAccount(sessionId, (await this.#patiently(() => logs.posthumous(sessionId))) + 1);
  }

  async #end({ code, reason, streamEnded, at }: Closed & { at: Date }): Promise<void> {
    this.#options.logger.info({ ...this.#names(), code, streamEnded }, "disconnected");
    this.#hasEnded = streamEnded;
    this.#become(streamEnded ? "ended" : "reconnecting", { reason });
    if (streamEnded) this.#writer.closeStreaks("streamEnd");
    this.#writer.end();
    const notes = { cutAt: at.toISOString() };
    void this.#writer.tell({ type: "ControlEvent.DISCONNECTED", data: { code, reason }, at, notes });
    await this.#writer.flushed(FLUSH_MS);
  }

  #keepForLater(message: SourceMessage, early: Early): void {
    if (!this.#source) {
      early.keepOrDrop(message); // nobody can be told to wait yet
      return;
    }
    early.keep(message); // one that waits has read some more, and no more than some
    if (early.isFull) this.#source.pause();
  }

  /** Not while the room sheds: a flood of them must not take the room that chats and gifts have left. */
  #tellError(code: string, message: string): void {
    if (this.#writer.isShedding) return;
    void this.#writer.tell({ type: "ControlEvent.ERROR", data: { code, message } });
  }

  /** The stream is over and has not said so: what TikTok's pages say stands in for its own word. */
  #tellEnd(): void {
    if (this.#hasEnded || !this.#status.streamId || !this.#writer.sessionId) return;
    this.#hasEnded = true;
    void this.#writer.tell({ type: "ttlc.StreamEnded", data: {} });
  }

  /** Resolves once everything of sessions before is published: only then is their end known. */
  async #published(log: Pick<Publisher, "isIdle" | "flushed">): Promise<void> {
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
        if (error instanceof FencedError) await this.#options.ownership.check();
        if (attempt === 0) {
          this.#options.logger.warn({ ...this.#names(), err: error }, "waiting for storage or Redis");
          this.#become(this.#status.state, { reason: "waiting for storage or Redis" });
        }
        await this.#sleep(backoffMs({ ...reconnect, initialMs: 200, maxMs: 5_000 }, attempt, Math.random()));
      }
    }
  }

  /** The state a failure leads to, and how long to stay in it; undefined: the room is given up. */
  #afterFailure(error: unknown, attempt: number): number | undefined {
    const { logger, maxAttempts, nextPollMs } = this.#options;
    const failure =
      error instanceof ConnectError
        ? error
        : new ConnectError("CONNECT_FAILED", "unexpected failure", { cause: error });
    const { code, message, retryAfterMs, next } = failure;
    const reason = `${code}: ${message}`;
    if (next === "wait") {
      if (reason !== this.#status.reason) logger.info({ ...this.#names(), code }, "not live");
      if (code === "OFFLINE") this.#tellEnd();
      const wait = nextPollMs();
      this.#status.streamId = undefined; // its next stream is another room
      this.#become(this.#writer.sessionId ? "ended" : "waiting", { reason, attempt, wait });
      return wait;
    }
    const isGivenUp = next === "stop" || (maxAttempts > 0 && attempt + 1 >= maxAttempts);
    const facts = { ...this.#names(), code, attempt, err: error };
    if (isGivenUp) logger.error(facts, "could not connect: the room is given up");
    else logger.warn(facts, "could not connect");
    if (this.#writer.sessionId && this.#status.streamId) this.#tellError(code, message);
    if (isGivenUp) {
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
    this.#tellChange();
  }

  #tellChange(): void {
    if (this.#farewell !== TAKEN) this.#options.onChange(this.status);
  }

  get #stopping(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Ends early when the room is stopped. */
  async #sleep(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#abort.signal }).catch(() => {});
  }

  #names() {
    return { streamId: this.#status.streamId, sessionId: this.#writer.sessionId };
  }
}
