import type { RoomStreaks } from "../../contracts/room.ts";
import { GIFT, streakFrameOf } from "./gift-frame.ts";
import type { SourceMessage } from "./raw-message.ts";
import { type ClosedBy, type Closing, type Marks, SILENCE_MS, Streaks } from "./streaks.ts";

export interface StreakKeeperOptions {
  streamId: string;
  /** Counted on; they are of the room's actor, which may see several broadcasts. */
  counts: Omit<RoomStreaks, "open">;
  /** Says that a streak is over. */
  tell(closing: Closing): void;
  /** (Default: 10,000) */
  silenceMs?: number | undefined;
}

/** Watches the gift streaks of one broadcast and closes those whose end does not come. */
export class StreakKeeper {
  readonly streamId: string;
  readonly #options: StreakKeeperOptions;
  readonly #silenceMs: number;
  readonly #streaks = new Streaks();
  /** Since when the room can be heard, by performance.now(); undefined: it cannot, and silence means nothing. */
  #heardSince: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: StreakKeeperOptions) {
    this.#options = options;
    this.streamId = options.streamId;
    this.#silenceMs = options.silenceMs ?? SILENCE_MS;
  }

  get open(): number {
    return this.#streaks.open;
  }

  /** Takes over what the actor before left open, or what this one did before it lost the room. */
  restore(marks: Marks): void {
    this.#options.counts.untracked += this.#streaks.restore(marks, performance.now());
  }

  /** @returns what is to be noted in the room's hash with the message */
  take({ method, payload }: Pick<SourceMessage, "method" | "payload">, isHistory = false): Marks | undefined {
    if (method !== GIFT) return undefined;
    const frame = streakFrameOf(payload, this.streamId);
    const marks = frame && this.#streaks.take(frame, performance.now(), isHistory);
    if (marks === null) this.#options.counts.untracked++;
    if (marks) this.#wait();
    return marks ?? undefined;
  }

  /** Fields that the room's hash need not keep once all marks until now are there. */
  forget(): string[] {
    return this.#streaks.forget();
  }

  /** The room can be heard from now on: streaks go on, or are silent. */
  listen(): void {
    this.#heardSince = performance.now();
    this.#wait();
  }

  /** The room cannot be heard: cut off, or its source is paused. */
  pause(): void {
    this.#heardSince = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  closeAll(by: ClosedBy): void {
    this.#tell(this.#streaks.closeAll(by));
  }

  #wait(): void {
    const due = this.#streaks.nextDue(this.#silenceMs);
    if (due === undefined || this.#heardSince === undefined || this.#timer) return;
    const at = Math.max(due, this.#heardSince + this.#silenceMs);
    this.#timer = setTimeout(() => this.#closeSilent(), Math.max(1, Math.ceil(at - performance.now())));
  }

  #closeSilent(): void {
    this.#timer = undefined;
    const before = performance.now() - this.#silenceMs;
    if (this.#heardSince !== undefined && this.#heardSince <= before) this.#tell(this.#streaks.closeSilent(before));
    this.#wait();
  }

  #tell(closings: readonly Closing[]): void {
    for (const closing of closings) {
      this.#options.counts.closed[closing.data.closedBy]++;
      this.#options.tell(closing);
    }
  }
}
