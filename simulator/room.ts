import type { WebSocket } from "ws";
import type { PageMood } from "./answers.ts";
import { createHost, type Viewer } from "./crowd.ts";
import { EulerDesk } from "./euler.ts";
import { brokenFrame, commonOf, type Draft, frame, type Message, seal } from "./frames.ts";
import { Ids } from "./ids.ts";
import { Ledger } from "./ledger.ts";
import { isStreakEnd } from "./person-messages.ts";
import { Refusals } from "./refusals.ts";
import { control } from "./room-messages.ts";
import { Show } from "./show.ts";
import { Wire } from "./wire.ts";

export interface RoomOptions {
  /** The streamer's username, without @. */
  uniqueId: string;
  /** Same seed, same crowd and same show; ids are new with every start. (Default: 1) */
  seed?: number;
  /** Messages per second on average, 1 to 2000; 0: only what it is told to send. (Default: 20) */
  rate?: number;
  title?: string;
  /** Keeps every message's type and id in `room.sent.messages`. (Default: false) */
  record?: boolean;
  /** Milliseconds since 1970. */
  now?: () => number;
}

/** How the signer fails: an HTTP status, or no answer at all. */
export type SignFault = { status: number; retryAfterSec?: number } | "hang";

/** What has come due is sent this often. */
const FRAME_MS = 50;
const MAX_MESSAGES_PER_FRAME = 20;
/** When the machine slept longer than this, the show goes on from now instead of catching up. */
const MAX_LAG_MS = 5_000;
/** Messages remembered to be sent again as history. */
const MAX_HISTORY = 200;

/** One LIVE. It begins with the first client and goes on whether or not anybody is connected. */
export class SimulatedRoom {
  readonly uniqueId: string;
  readonly title: string;
  readonly seed: number;
  readonly rate: number;
  readonly host: Viewer;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly roomId: string;
  /** What was sent and what came back. */
  readonly sent: Ledger;
  readonly wire: Wire;
  /** The same room as Euler's WebSocket gives it. */
  readonly euler = new EulerDesk();
  /** What the next calls of the signer get. */
  readonly signFaults = new Refusals<SignFault>();
  /** HTTP statuses that the next WebSocket upgrades get. */
  readonly upgradeFaults = new Refusals<number>();
  /** What TikTok's pages say to who asks for this room. */
  pageMood: PageMood = "honest";
  readonly #ids: Ids;
  readonly #now: () => number;
  readonly #stopped = new AbortController();
  #isLive = true;
  #isOver = false;
  #isPaused = false;
  #isHushed = false;
  #show: Show | undefined;
  #timer: NodeJS.Timeout | undefined;
  #recent: Message[] = [];
  #historyCount = 0;
  #streakEndsToLose = 0;

  constructor({ uniqueId, seed = 1, rate = 20, title, record = false, now = Date.now }: RoomOptions) {
    this.uniqueId = uniqueId;
    this.title = title ?? `Simulated LIVE of ${uniqueId}`;
    this.seed = seed;
    this.rate = rate;
    this.host = createHost(uniqueId);
    this.#now = now;
    this.startedAt = now();
    this.#ids = new Ids(`room ${uniqueId} ${seed} ${this.startedAt}`);
    this.roomId = this.#ids.next(this.startedAt);
    this.sent = new Ledger(record);
    this.wire = new Wire(this.sent, () => this.newId());
    this.wire.on("entered", () => this.#begin());
    this.euler.on("entered", () => this.#begin());
  }

  get isLive(): boolean {
    return this.#isLive;
  }

  /** The streamer is away for a moment. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** It was ended or suspended; a user who goes live again has a new room. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Aborts when the room is gone. */
  get stopped(): AbortSignal {
    return this.#stopped.signal;
  }

  get viewers(): number {
    return this.#show?.totals.viewers ?? 0;
  }

  get likes(): number {
    return this.#show?.totals.likes ?? 0;
  }

  get followers(): number {
    return this.#show?.totals.followers ?? 0;
  }

  newId(): string {
    return this.#ids.next(this.#now());
  }

  /** A message of this room, of now. */
  message(draft: Draft): Message {
    return seal(draft, commonOf(draft, { msgId: this.newId(), roomId: this.roomId, at: this.#now() }));
  }

  /** Sends drafts in one frame. */
  say(...drafts: Draft[]): void {
    this.send(drafts.map((draft) => this.message(draft)));
  }

  /**
   * Sends messages in one frame.
   *
   * @returns what an ack of it will name, and the sockets it was put on
   */
  send(messages: readonly Message[]): { logId: string; sockets: WebSocket[] } {
    const packed = frame(messages, this.newId(), this.#now());
    this.#recent = [...this.#recent, ...messages].slice(-MAX_HISTORY);
    this.euler.put(messages);
    return { logId: packed.logId, sockets: this.wire.put(packed) };
  }

  sendBrokenFrame(): void {
    this.wire.put(brokenFrame(this.newId(), this.#now()));
  }

  /** What the signer's answer carries: the last messages again, once `resendHistory` was asked for. */
  takeHistory(): Message[] {
    if (this.#historyCount === 0) return [];
    const history = this.#recent.slice(-this.#historyCount).map((message) => ({ ...message, isHistory: true }));
    this.sent.addMessages(history, true);
    return history;
  }

  /** From now on, every new connection gets the last `count` messages again, under their own ids; 0: none. */
  resendHistory(count: number): void {
    this.#historyCount = Math.min(count, MAX_HISTORY);
  }

  /** The next `count` gift streaks end without saying so. */
  loseStreakEnds(count: number): void {
    this.#streakEndsToLose = count;
  }

  /** The streamer pauses the LIVE: viewers are told, then nothing comes. */
  pause(): void {
    this.say(control("pause"));
    this.#isPaused = true;
    this.#halt();
  }

  resume(): void {
    this.say(control("resume"));
    this.#isPaused = false;
    this.#show?.delay(Math.max(0, this.#now() - this.#show.dueAt));
    this.#begin();
  }

  /** The streamer ends the LIVE, or TikTok suspends it; clients are told. */
  end(how: "end" | "suspend" = "end"): void {
    this.say(control(how));
    this.#isOver = true;
    this.euler.end();
    this.goOffline();
  }

  /** The pages say that nobody is live; connected clients are not told. */
  goOffline(): void {
    this.#isLive = false;
    this.#halt();
  }

  /** Nobody does anything any more, for as long as it takes; sockets stand, heartbeats are answered. */
  hush(): void {
    this.#isHushed = true;
    this.#halt();
  }

  goOnline(): void {
    this.#isLive = !this.#isOver;
    if (this.hasAudience) this.#begin();
  }

  /** Whether anybody would receive a message now. */
  get hasAudience(): boolean {
    return this.wire.hasAudience || this.euler.hasAudience;
  }

  /** Cuts everybody off. */
  stop(): void {
    this.goOffline();
    this.#stopped.abort();
    this.wire.reset();
    this.euler.reset();
  }

  #begin(): void {
    if (this.rate === 0 || !this.#isLive || this.#isPaused || this.#isHushed || this.#timer) return;
    const { seed, rate, roomId, host } = this;
    this.#show ??= new Show({ seed, rate, roomId, host, ids: this.#ids, startedAt: this.#now() });
    this.#timer = setInterval(() => this.#sendDue(), FRAME_MS);
  }

  #halt(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #sendDue(): void {
    const show = this.#show as Show;
    const now = this.#now();
    if (now - show.dueAt > MAX_LAG_MS) show.delay(now - show.dueAt);
    let messages: Message[] = [];
    while (show.dueAt <= now) {
      const message = show.next();
      if (this.#isLost(message)) continue;
      messages.push(message);
      if (messages.length < MAX_MESSAGES_PER_FRAME) continue;
      this.send(messages);
      messages = [];
    }
    if (messages.length > 0) this.send(messages);
  }

  #isLost(message: Message): boolean {
    if (this.#streakEndsToLose === 0 || !isStreakEnd(message)) return false;
    this.#streakEndsToLose--;
    this.sent.missed++;
    return true;
  }
}
