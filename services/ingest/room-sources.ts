import type { Provider } from "../../contracts/raw-envelope.ts";
import { Belief } from "./liveness.ts";
import type { Source, SourceListener } from "./source.ts";
import { Watchdog, type WatchdogOptions } from "./watchdog.ts";

/** What a provider needs to open a connection to a room. */
export interface OpenOptions {
  uniqueId: string;
  /** The room we were in, if any. */
  streamId: string | undefined;
  belief: Belief;
  listener: SourceListener;
  signal: AbortSignal;
}

/** Opens a connection. @throws ConnectError */
export type Open = (options: OpenOptions) => Promise<Source>;

export interface RoomSourcesOptions extends WatchdogOptions {
  uniqueId: string;
  provider: Provider;
  open: Open;
}

/** Where one room is taken from, and what is believed of its streamer. */
export class RoomSources {
  readonly #options: RoomSourcesOptions;
  readonly #belief = new Belief();
  readonly #watchdog: Watchdog;

  constructor(options: RoomSourcesOptions) {
    this.#options = options;
    this.#watchdog = new Watchdog(options);
  }

  /** @throws ConnectError */
  async open(streamId: string | undefined, listener: SourceListener, signal: AbortSignal): Promise<Source> {
    const { open, uniqueId } = this.#options;
    const belief = this.#belief;
    const source = await this.#watchdog.watch(
      (watched) => open({ uniqueId, streamId, belief, listener: watched, signal }),
      {
        ...listener,
        onMessage: (message) => {
          if (!message.isHistory) belief.sawLive();
          listener.onMessage(message);
        },
      },
    );
    void source.closed.then(({ streamEnded }) => streamEnded && belief.sawEnd());
    return source;
  }
}
