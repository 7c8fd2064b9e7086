import type { Scope } from "../../contracts/access.ts";
import type { RoomStatus } from "../../contracts/room.ts";
import type { FeedSource } from "./catch-up.ts";
import type { FeedItem } from "./feed-frames.ts";
import type { Outlet } from "./feed-outlet.ts";
import type { Wish } from "./wish.ts";

/** What a slow client may cost. */
export interface Patience {
  /** Bytes that may wait for one connection; above that it gets nothing more until it has read them. */
  maxBuffered: number;
  /** How long a client may take to read what waits for it before it is cut off. */
  drainMs: number;
}

/** Who wants the feed. */
export interface Listener {
  wish: Wish;
  /** The streamer, if known: the state of their room is of interest before and after this stream, too. */
  uniqueId: string | null;
  /** Whether that is a simulation; null: not known. */
  simulated: boolean | null;
  /** The streamer's account; null: not known. */
  channelId: string | null;
  /** How far the listener's right reaches: whatever comes next must be within it, too. */
  scope: Scope;
  /** Goes on with the streamer's next broadcast when there is one. */
  follows: boolean;
  /** Where its past is read. */
  source: FeedSource;
  /**
   * Asked now and then; false ends the feed. Rejects if that cannot be known. Absent where somebody else looks after
   * the connection.
   */
  stillAllowed?(): Promise<boolean>;
}

/** One feed for one client, whatever carries it. */
export class FeedClient {
  readonly listener: Listener;
  /** What it wants now. */
  wish: Wish;
  /** Position at which it began to want that: nothing of it came earlier, if it is what came next. */
  wishedAt: string | undefined;
  /** Last position examined for this client: all it wanted up to here is written, or said to be lost. */
  position: string | undefined;
  /** Resolves once the connection is gone. */
  readonly gone: Promise<void>;
  readonly #outlet: Outlet;
  readonly #patience: Patience;
  #closed = false;
  #cutOff: NodeJS.Timeout | undefined;
  #drained: (() => void) | undefined;
  #recovered: () => void = () => {};
  #fellBehind: () => void = () => {};
  /** Set while the client reads too slowly: the position after which it has missed events. */
  #lostAfter: string | undefined;
  #missedState: RoomStatus | undefined;

  constructor(outlet: Outlet, listener: Listener, patience: Patience) {
    this.#outlet = outlet;
    this.listener = listener;
    this.wish = listener.wish;
    this.#patience = patience;
    outlet.onDrain(() => this.#drain());
    this.gone = new Promise((resolve) => {
      outlet.onClose(() => {
        this.#closed = true;
        this.#drain();
        resolve();
      });
    });
  }

  get closed(): boolean {
    return this.#closed;
  }

  get slow(): boolean {
    return this.#lostAfter !== undefined;
  }

  get dialect(): Outlet["dialect"] {
    return this.#outlet.dialect;
  }

  open(): void {
    this.#outlet.open();
  }

  /** Writes frames that bring the client to `position`. False when they are lost, as it reads too slowly. */
  push(frames: readonly (string | Buffer)[], position: string): boolean {
    if (this.#closed || this.slow) return false;
    if (this.#outlet.buffered > this.#patience.maxBuffered) {
      if (this.#outlet.load.catchingUp > 0) {
        this.#fellBehind(); // not for want of reading: another feed of its connection fills it
        return false;
      }
      this.#lostAfter = this.position ?? position;
      this.#expectDrain();
      return false;
    }
    this.#write(frames);
    this.position = position;
    return true;
  }

  /** Writes what is of the past and waits until it is read: nothing is lost on the way to the present. */
  async send(items: readonly FeedItem[], position: string): Promise<void> {
    const { load } = this.#outlet;
    load.catchingUp++;
    for (const frame of this.dialect.batches(items, position)) {
      if (this.#write([frame])) continue;
      this.#expectDrain();
      await new Promise<void>((resolve) => {
        this.#drained = resolve;
      });
    }
    load.catchingUp--;
    if (!this.#closed) this.position = position;
  }

  /**
   * @param recovered called when a slow client has read all that waited for it
   * @param fellBehind called when it cannot be written to for the moment, and should be led on from its position
   */
  watch({ recovered, fellBehind }: { recovered(): void; fellBehind(): void }): void {
    this.#recovered = recovered;
    this.#fellBehind = fellBehind;
  }

  /** After a drain: says what was lost up to `position`, and goes on from there. */
  resume(position: string): void {
    if (this.#lostAfter === undefined) return;
    const from = this.#lostAfter;
    this.#lostAfter = undefined;
    this.skip(from, position);
    if (this.#missedState) this.show(this.#missedState);
    this.#missedState = undefined;
  }

  /** Says that everything between the two positions is lost for this client. */
  skip(from: string, to: string): void {
    this.#write([this.dialect.gap({ from, to })]);
    this.position = to;
  }

  /** Shows the state of the room; not to overlays, who get what they were made for. */
  show(state: RoomStatus): void {
    if (this.wish.view === "chosen") return;
    if (this.slow) this.#missedState = state;
    else this.#write([this.dialect.state(state)]);
  }

  ping(): void {
    const ping = this.dialect.ping?.(this.position);
    if (ping !== undefined && !this.slow && !this.#outlet.isBlocked) this.#write([ping]);
  }

  /** Ends the feed; a client that does not read is not waited for. */
  end(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.slow) this.#outlet.cutOff();
    else this.#outlet.end();
  }

  #drain(): void {
    clearTimeout(this.#cutOff);
    this.#drained?.();
    this.#drained = undefined;
    if (this.slow && !this.#closed) this.#recovered();
  }

  #expectDrain(): void {
    clearTimeout(this.#cutOff);
    this.#cutOff = setTimeout(() => this.#outlet.cutOff(), this.#patience.drainMs);
  }

  #write(frames: readonly (string | Buffer)[]): boolean {
    let taken = true;
    if (!this.#closed) for (const frame of frames) taken = this.#outlet.write(frame);
    return taken;
  }
}
