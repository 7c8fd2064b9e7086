import type { Provider } from "../../contracts/raw-envelope.ts";
import type { RoomStatus } from "../../contracts/room.ts";
import { Account } from "./account.ts";
import { Dropped, type DroppedRange } from "./dropped.ts";
import type { Excess } from "./early.ts";
import type { Fence } from "./fence.ts";
import type { Intake } from "./pressure.ts";
import { ClosedError, type Enclosed, FencedError, GivenUpError, type Publisher } from "./publisher.ts";
import { fromFact, fromMessage, isPublishable, isTooLarge, type SourceMessage, type Unplaced } from "./raw-message.ts";
import type { RoomOptions } from "./room.ts";
import type { Notes } from "./room-log.ts";
import { StreakKeeper } from "./streak-keeper.ts";
import { type ClosedBy, type Marks, STREAK_CLOSED } from "./streaks.ts";

export interface RoomWriterOptions
  extends Pick<RoomOptions, "provider" | "logs" | "logger" | "newId" | "refuse" | "streakSilenceMs"> {
  /** Whether the room is ours: only its owner may speak for it. */
  isOwner(): boolean;
  /** In whose name it writes. */
  fence(): Fence;
  /** Redis has refused something, since another process has the room. */
  onFenced(): void;
  /** The source is to be paused, or to go on. */
  onPause(isPaused: boolean): void;
  /** `status` says something else that others should hear of. */
  onChange(): void;
}

/** A fact of the room's actor. */
interface Fact {
  type: string;
  data: object;
  /** When it happened. (Default: now) */
  at?: Date;
  /** (Default: a new one) */
  id?: string;
  isHistory?: boolean;
  notes?: Notes;
  marks?: Marks;
  /** Of its session. (Default: of the present one) */
  account?: Account;
}

type Written = Pick<RoomStatus, "counters" | "dropped" | "spool" | "sheddingSince" | "streaks">;

/** Writes what one room has to say to its log, the messages of its source and the facts of its actor, and counts it. */
export class RoomWriter {
  readonly #options: RoomWriterOptions;
  #publisher: Publisher | undefined;
  /** Of the present session, or of the last one. */
  #account: Account | undefined;
  readonly #counters = { received: 0, published: 0, duplicates: 0, tooLarge: 0, refused: 0 };
  readonly #dropped = new Dropped((range) => this.#tellDropped(range));
  /** Whom the present session is taken from. */
  #provider: Provider;
  readonly #streakCounts = { closed: { timeout: 0, streamEnd: 0 }, untracked: 0 };
  #streaks: StreakKeeper | undefined;
  #isLive = false;
  #intake: Intake = "open";
  #spool: RoomStatus["spool"];
  #sheddingSince: string | undefined;

  constructor(options: RoomWriterOptions) {
    this.#options = options;
    this.#provider = options.provider;
  }

  /** Its part of the room's status. */
  get status(): Written {
    return {
      counters: { ...this.#counters },
      dropped: { overload: { ...this.#dropped.counts } },
      streaks: { open: this.#streaks?.open ?? 0, ...structuredClone(this.#streakCounts) },
      ...(this.#spool ? { spool: this.#spool } : {}),
      ...(this.#sheddingSince ? { sheddingSince: this.#sheddingSince } : {}),
    };
  }

  /** The broadcast whose gift streaks it follows. */
  get streaksOf(): string | undefined {
    return this.#streaks?.streamId;
  }

  /** The present session, or the last one. */
  get sessionId(): string | undefined {
    return this.#account?.sessionId;
  }

  /** Writes to the log of this broadcast from now on. */
  open(streamId: string): void {
    if (this.#publisher?.streamId === streamId) return;
    const { logger } = this.#options;
    void this.release();
    this.#publisher = this.#options.logs.open(streamId, {
      onIntake: (intake) => this.#showIntake(intake),
      onOutage: (error) => logger.warn({ ...this.#names(), err: error }, "cannot publish, trying again"),
      onPublished: ({ published, duplicates, fenced }) => {
        this.#counters.published += published;
        this.#counters.duplicates += duplicates;
        if (fenced > 0) this.#options.onFenced();
      },
      onSpool: (spool) => this.#showSpool(spool),
      onSpoolFull: (error) =>
        logger.error({ ...this.#names(), err: error }, "the spool takes no more: messages wait in memory"),
    });
  }

  /** Takes over the gift streaks that the broadcast's last actor left open, unless this was it. */
  async recover(streamId: string): Promise<void> {
    if (this.#streaks?.streamId === streamId) return;
    const { logs, streakSilenceMs: silenceMs } = this.#options;
    const marks = await logs.streaks(streamId);
    this.#streaks = new StreakKeeper({
      streamId,
      silenceMs,
      counts: this.#streakCounts,
      tell: (closing) => void this.tell({ type: STREAK_CLOSED, ...closing }),
    });
    this.#streaks.restore(marks);
  }

  /** What is written from now on belongs to a new session. */
  begin(sessionId: string, provider: Provider): void {
    this.#provider = provider;
    this.#account = new Account(sessionId);
    this.#isLive = true;
    this.#hear();
  }

  take(message: SourceMessage, connectedAt: Date): void {
    const { logger, refuse } = this.#options;
    const account = this.#account as Account;
    const origin = this.#originOf(account);
    this.#counters.received++;
    account.received++;
    if (!isPublishable(message.method)) {
      this.#counters.refused++;
      account.refused++;
      refuse(message, origin).catch((error) => logger.error({ ...this.#names(), err: error }, "lost a message"));
      return;
    }
    const shed = this.#publisher?.sheds(message);
    if (shed) {
      account.dropped.overload++;
      this.#dropped.add(shed, message.receivedAt);
      return;
    }
    if (isTooLarge(message.payload)) this.#counters.tooLarge++;
    const raw = fromMessage(message, { ...origin, connectedAt });
    const marks = this.#streaks?.take(message, raw.entry.isHistory);
    const forgotten = marks ? this.#streaks?.forget() : [];
    const sent = this.#send(raw, { account, marks });
    if (forgotten?.length) void sent.then(() => this.#options.logs.forgetStreaks(origin.streamId, forgotten));
  }

  /** Messages of this session that came before it began, and were too many to keep. */
  drop(excess: Excess): void {
    const account = this.#account as Account;
    this.#counters.received += excess.count;
    account.received += excess.count;
    account.dropped.overload += excess.count;
    this.#options.logger.error(
      { ...this.#names(), count: excess.count },
      "dropped: they came before the room connected",
    );
    this.#dropped.addRange(excess);
  }

  /** Resolves once it is on ttlc:raw or on the disk, or given up. Nothing is told without a log, or of another's room. */
  async tell({ type, data, at = new Date(), account = this.#account as Account, ...fact }: Fact): Promise<void> {
    const { isOwner, newId } = this.#options;
    if (!this.#publisher || !isOwner()) return;
    const { id = newId(), isHistory, notes, marks } = fact;
    account.facts++;
    const raw = fromFact(type, data, at, id, this.#originOf(account), isHistory);
    await this.#send(raw, { account, notes, marks, isFact: true });
  }

  /** Nothing more comes of the open gift streaks. */
  closeStreaks(by: ClosedBy): void {
    this.#streaks?.closeAll(by);
  }

  /** Tells what was dropped last: nothing more comes in this session. */
  end(): void {
    this.#isLive = false;
    this.#hear();
    this.#dropped.endRange();
  }

  get isShedding(): boolean {
    return this.#sheddingSince !== undefined;
  }

  get isIdle(): boolean {
    return this.#publisher?.isIdle ?? true;
  }

  /** Resolves once everything so far is published, or after `ms`. */
  async flushed(ms: number): Promise<void> {
    await this.#publisher?.flushed(ms);
  }

  async release(): Promise<void> {
    const publisher = this.#publisher;
    this.#publisher = undefined;
    this.#streaks?.pause();
    this.#streaks = undefined;
    if (publisher) await this.#options.logs.release(publisher);
  }

  #originOf({ sessionId }: Account) {
    return { streamId: (this.#publisher as Publisher).streamId, sessionId, provider: this.#provider };
  }

  async #send(message: Unplaced, enclosed: Enclosed): Promise<void> {
    try {
      await this.#publisher?.publish(message, { ...enclosed, fence: this.#options.fence() });
    } catch (error) {
      if (error instanceof GivenUpError || error instanceof FencedError) return; // RoomLogs says how many
      if (!(error instanceof ClosedError)) throw error;
      this.#options.logger.error({ ...this.#names(), type: message.entry.type, err: error }, "not published");
    }
  }

  #tellDropped({ from, to, count }: DroppedRange): void {
    const { isOwner, logger } = this.#options;
    const data = { from: from.toISOString(), to: to.toISOString(), why: "overload", count };
    if (!isOwner())
      logger.error({ ...this.#names(), ...data }, "dropped, and not ours to tell: another process has the room");
    void this.tell({ type: "ttlc.Gap", data });
  }

  #showIntake(intake: Intake): void {
    const { logger, onPause, onChange } = this.#options;
    this.#intake = intake;
    this.#hear();
    onPause(intake === "paused");
    const isShedding = intake === "shedding";
    if (isShedding === this.isShedding) return;
    this.#sheddingSince = isShedding ? new Date().toISOString() : undefined;
    const facts = { ...this.#names(), dropped: { ...this.#dropped.counts } };
    if (isShedding) logger.error(facts, "nothing takes messages: those worth least are dropped");
    else logger.info(facts, "messages are no longer dropped");
    if (!isShedding) this.#dropped.endRange();
    onChange();
  }

  /** Only while every message is taken is a streak silent that does not grow. */
  #hear(): void {
    if (this.#isLive && this.#intake === "open") this.#streaks?.listen();
    else this.#streaks?.pause();
  }

  #showSpool(spool: RoomStatus["spool"] | null): void {
    const { logger, onChange } = this.#options;
    const was = this.#spool !== undefined;
    this.#spool = spool ? { messages: spool.messages, bytes: spool.bytes } : undefined;
    if (was === (spool !== null)) return;
    if (spool) logger.error(this.#names(), "Redis cannot take messages: they are spooled to disk");
    else logger.info(this.#names(), "everything spooled is published");
    onChange();
  }

  #names() {
    return { streamId: this.#publisher?.streamId, sessionId: this.sessionId };
  }
}
