import { ConnectError } from "./connect-error.ts";
import type { Sight } from "./liveness.ts";
import type { Closed, Source, SourceListener } from "./source.ts";

export interface WatchdogOptions {
  /** Without any frame for so long, heartbeat answers included, the connection is dead. */
  stallMs: number;
  /** What TikTok's pages say of the streamer; asked when frames come, but no messages. */
  look(): Promise<Sight>;
}

/** Without a message for so many times `stallMs` the pages are asked. */
const QUIET = 4;
/** A room that is silent again and again is given more time, up to so many times as much. */
const MAX_PATIENCE = 8;
const CHECKS = 4;

/** Of Euler's close codes: "no messages". */
const STALLED = 4006;

/**
 * Watches the connections of one room, one after the other. One that stands but brings nothing any more is closed, so
 * that the room connects anew; so is one that brings heartbeats only, unless the LIVE is paused or nobody knows.
 */
export class Watchdog {
  readonly #options: WatchdogOptions;
  /** Times that it closed a connection since the last message. */
  #stalls = 0;

  constructor(options: WatchdogOptions) {
    this.#options = options;
  }

  /** Opens a source that is watched until it is closed. */
  async watch(open: (listener: SourceListener) => Promise<Source>, listener: SourceListener): Promise<Source> {
    let frameAt = Date.now();
    let messageAt = frameAt;
    const source = await open({
      ...listener,
      onFrame: () => {
        frameAt = Date.now();
        listener.onFrame?.();
      },
      onMessage: (message) => {
        messageAt = Date.now();
        this.#stalls = 0;
        listener.onMessage(message);
      },
    });

    let isHeld = false;
    let isAsking = false;
    let stall: (closed: Closed) => void = () => {};
    const stalled = new Promise<Closed>((resolve) => {
      stall = resolve;
    });
    const giveUp = (ms: number) => {
      this.#stalls++;
      const seconds = Math.round(ms / 1000);
      const error = new ConnectError("STALLED", `nothing came for ${seconds} s: ttlc connects anew`);
      stall({ code: STALLED, reason: `silent for ${Math.min(seconds, 9999)} s`, streamEnded: false, error });
    };
    const askPages = async (quietMs: number) => {
      isAsking = true;
      const sight = await this.#options.look().catch(() => "unknown" as const);
      isAsking = false;
      if (sight === "paused" || sight === "unknown") messageAt = Date.now();
      else if (Date.now() - messageAt >= quietMs) giveUp(quietMs);
    };
    const check = () => {
      if (isHeld) return;
      const patience = Math.min(2 ** this.#stalls, MAX_PATIENCE) * this.#options.stallMs;
      const now = Date.now();
      if (now - Math.max(frameAt, messageAt) >= patience) giveUp(patience);
      else if (now - messageAt >= QUIET * patience && !isAsking) void askPages(QUIET * patience);
    };
    frameAt = messageAt = Date.now();
    const timer = setInterval(check, this.#options.stallMs / CHECKS);
    const closed = Promise.race([source.closed, stalled]);
    void closed.then(() => clearInterval(timer));
    return {
      ...source,
      closed,
      pause: () => {
        isHeld = true;
        source.pause();
      },
      resume: () => {
        isHeld = false;
        frameAt = messageAt = Date.now(); // nothing could come meanwhile
        source.resume();
      },
      close: () => source.close(),
    };
  }
}
