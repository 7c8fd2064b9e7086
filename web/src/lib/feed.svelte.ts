import type { ServedEvent, StreamDetail } from "../../../contracts/api.ts";
import { everything, type Filter, matcher } from "./filter.ts";
import { RowLog } from "./row-log.ts";
import { type FeedRow, type GapRow, RowMaker } from "./rows.ts";
import { Totals } from "./totals.ts";

/** Rows shown, rows kept and events waiting for a flush: at most this many each. */
export const CAP = 5_000;
/** Ids remembered to drop what a reconnect sends twice. */
const SEEN = 10_000;
/** Up to here every frame shows what came; above it a reader cannot follow, and ten steps a second cost a third. */
const FRAME_RATE = 60;
const STEP_MS = 100;
const HIDDEN_MS = 1_000;

/** Why the feed stands still. `press`: a finger is down; `scrolled`: the reader left the end; `manual`: the button. */
export type Hold = "hover" | "press" | "scrolled" | "manual" | "focus" | "card";

/**
 * The live feed. An arriving event only lands in a plain array; a flush turns what came into rows with one reactive
 * write, at most once a frame. While held, `items` stands still and `waiting` counts; nothing is lost by holding.
 */
export class Feed {
  /** Rows to show, oldest first. */
  items = $state.raw<FeedRow[]>([]);
  held = $state(false);
  /** Held by the button or its key. */
  paused = $state(false);
  /** New rows since the feed is held. */
  waiting = $state(0);
  readonly #totals = new Totals();
  summary = $state.raw(this.#totals.summary());
  /** Whether any row has come at all, whatever the filter. */
  started = $state(false);

  #pending: ServedEvent[] = [];
  #skipped = 0;
  readonly #seen = new Set<string>();
  readonly #maker = new RowMaker();
  /** Every row, for a new filter and the user card; and those that match the filter. */
  readonly #all = new RowLog(CAP);
  #view = new RowLog(CAP);
  #matches = matcher(everything);
  readonly #holds = new Set<Hold>();
  /** Events of the second that runs, and of the one before: what the flush clock goes by. */
  #arrived = { now: 0, before: 0 };
  #cancelFlush: (() => void) | undefined;

  /** Starts the clocks; answers how to stop them. */
  start(): () => void {
    const onVisible = () => document.hidden || this.flush();
    const ticking = setInterval(() => this.#tick(), 1_000);
    document.addEventListener("visibilitychange", onVisible);
    return () => {
      clearInterval(ticking);
      document.removeEventListener("visibilitychange", onVisible);
      this.#cancelFlush?.();
    };
  }

  push(events: ServedEvent[]) {
    for (const event of events) this.#pending.push(event);
    this.#arrived.now += events.length;
    const over = this.#pending.length - CAP;
    if (over > 0) {
      this.#pending.splice(0, over);
      this.#skipped += over;
    }
    this.#cancelFlush ??= this.#schedule();
  }

  /** A line for events that cannot be had any more. */
  gap(gap: Pick<GapRow, "from" | "to">) {
    this.flush();
    this.#put(this.#maker.gap(gap));
    this.#publish();
  }

  rebase(detail: StreamDetail) {
    this.#totals.rebase(detail);
    this.summary = this.#totals.summary();
  }

  /** Everything that came since the last flush becomes rows: one write to `items`, whatever came. */
  flush() {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    const events = this.#pending;
    if (events.length === 0) return;
    this.#pending = [];
    const now = Date.now();
    if (this.#skipped > 0) this.#put(this.#maker.gap({ skipped: this.#skipped }));
    this.#skipped = 0;
    for (const event of events) {
      if (!this.#isNew(event)) continue;
      this.#totals.add(event, now);
      this.#put(this.#maker.row(event));
    }
    if (!this.started) this.summary = this.#totals.summary();
    this.started = true;
    this.#publish();
  }

  filter(filter: Filter) {
    this.#matches = matcher(filter);
    this.#view = new RowLog(
      CAP,
      this.#all.newest().filter((row) => this.#matches(row)),
    );
    this.items = this.#view.newest();
    this.waiting = 0;
  }

  hold(why: Hold) {
    this.#holds.add(why);
    this.held = true;
    if (why === "manual") this.paused = true;
  }

  /** Ends one reason to hold; the last one lets the feed go on. */
  release(why: Hold) {
    if (this.#holds.delete(why) && this.#holds.size === 0) this.resume();
  }

  /** Goes on from the newest row, whatever held the feed. */
  resume() {
    this.#holds.clear();
    this.held = this.paused = false;
    this.waiting = 0;
    this.#publish();
  }

  /** The last rows of one person, oldest first. */
  rowsOf(userId: string, count: number): FeedRow[] {
    return this.#all
      .newest()
      .filter((row) => row.kind !== "gap" && row.event.user?.userId === userId)
      .slice(-count);
  }

  #put(row: FeedRow) {
    this.#all.put(row);
    if (this.#matches(row) && this.#view.put(row) && this.held) this.waiting++;
  }

  #publish() {
    if (!this.held) this.items = this.#view.newest();
  }

  #isNew({ sessionId, eventId }: ServedEvent): boolean {
    const key = `${sessionId}:${eventId}`;
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    if (this.#seen.size > SEEN) this.#seen.delete(this.#seen.keys().next().value as string);
    return true;
  }

  /** A hidden tab gets no frames at all. */
  #schedule(): () => void {
    const flush = () => this.flush();
    if (!document.hidden && Math.max(this.#arrived.now, this.#arrived.before) < FRAME_RATE) {
      const frame = requestAnimationFrame(flush);
      return () => cancelAnimationFrame(frame);
    }
    const timer = setTimeout(flush, document.hidden ? HIDDEN_MS : STEP_MS);
    return () => clearTimeout(timer);
  }

  #tick() {
    this.#arrived = { now: 0, before: this.#arrived.now };
    this.summary = this.#totals.tick(Date.now());
  }
}
