import type { Provider } from "../../contracts/raw-envelope.ts";
import type { SourceScore } from "../../contracts/room.ts";
import type { BackoffPolicy } from "../../lib/backoff.ts";
import { ConnectError, type ConnectErrorCode } from "./connect-error.ts";
import { Early } from "./early.ts";
import { Belief, type Sight } from "./liveness.ts";
import type { SourceMessage } from "./raw-message.ts";
import { type Joining, Relay } from "./relay.ts";
import { Scorecard } from "./scorecard.ts";
import type { Closed, Source, SourceListener } from "./source.ts";
import { Watchdog } from "./watchdog.ts";

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

export interface RoomSourcesOptions {
  uniqueId: string;
  /** Whom the room is taken from, and how. */
  primary: { provider: Provider; open: Open };
  /** Who stands in, if anybody. */
  backup?: { provider: Provider; open: Open };
  /** Both at once, instead of one after the other. */
  together?: boolean;
  /** Failures in a row after which the backup stands in. */
  afterFailures?: number;
  /** When the one that is missing is tried. (Default: after 5 minutes, together after a second, and less often then) */
  retry?: BackoffPolicy;
  overlapMs?: number;
  /** See WatchdogOptions. */
  stallMs: number;
  look(): Promise<Sight>;
}

/** While the backup does well the primary can wait: each try is a sign call. */
const returning: BackoffPolicy = { initialMs: 300_000, maxMs: 1_800_000, multiplier: 2, jitter: 0.2 };
const rejoining: BackoffPolicy = { initialMs: 1_000, maxMs: 300_000, multiplier: 2, jitter: 0.2 };
const OVERLAP_MS = 5_000;
/** A connection that lasted this long was a good one. */
const GOOD_MS = 30_000;

/** Not the provider's doing. */
const blameless: ReadonlySet<ConnectErrorCode> = new Set(["OFFLINE", "USER_NOT_FOUND", "LIVENESS_DOUBTED"]);
const isBlameless = (error: unknown) => error instanceof ConnectError && blameless.has(error.code);
/** The room is live: how a second connection comes about does not change its state. */
const silently = { onResolved() {}, onWaiting() {} };
/** No further attempt of this provider would help. */
const hopeless: ReadonlySet<ConnectErrorCode> = new Set(["ROOM_RESTRICTED", "COUNTRY_BLOCKED"]);

/** Said now, and by TikTok: a provider's own messages come without a LIVE too. */
const isOfTheStream = ({ method, isHistory }: SourceMessage) => !isHistory && method.startsWith("Webcast");

/**
 * Where one room is taken from: a primary and perhaps a backup, one after the other or both at once; what is believed of
 * its streamer; and how each of them does.
 */
export class RoomSources {
  readonly #options: RoomSourcesOptions;
  readonly #belief = new Belief();
  readonly #scorecard: Scorecard;
  readonly #watchdogs = new Map<Provider, Watchdog>();
  #isOnBackup = false;
  /** In a row, of the one that is in use. */
  #failures = 0;
  #lastFailure = "";
  /** Whom the last session was taken from. */
  #last: Provider;

  constructor(options: RoomSourcesOptions) {
    const { primary, backup } = options;
    this.#options = options;
    this.#last = primary.provider;
    const providers = [primary, ...(backup ? [backup] : [])].map(({ provider }) => provider);
    this.#scorecard = new Scorecard(providers);
    for (const provider of providers) this.#watchdogs.set(provider, new Watchdog(options));
  }

  scores(): SourceScore[] {
    return this.#scorecard.scores();
  }

  /** @throws ConnectError */
  async open(streamId: string | undefined, listener: SourceListener, signal: AbortSignal): Promise<Source> {
    const { backup, together } = this.#options;
    if (!backup) return this.#openOne("primary", streamId, listener, signal);
    const source = await this.#openEither(streamId, listener, signal);
    const { provider } = source;
    if (together) return this.#relay(source, listener, signal);
    const switched = provider === this.#last ? undefined : { from: this.#last, to: provider, why: this.#lastFailure };
    this.#last = provider;
    const relayed = provider === backup.provider ? this.#relay(source, listener, signal) : source;
    return switched ? { ...relayed, switched } : relayed;
  }

  /** The one in use; the other when that has failed too often, or both are wanted. */
  async #openEither(streamId: string | undefined, listener: SourceListener, signal: AbortSignal): Promise<Source> {
    try {
      const { source, admit } = await this.#openHeld(this.#inUse, streamId, listener, signal);
      admit(); // if it fails, what it brought is none of the other's
      return source;
    } catch (error) {
      if (signal.aborted || isBlameless(error)) throw error;
      const isTime = this.#isTimeToSwitch(error);
      if (this.#options.together) return await this.#openOne("backup", streamId, listener, signal);
      if (!isTime) throw error;
      this.#switch();
      return await this.#openOne(this.#inUse, streamId, listener, signal);
    }
  }

  #relay(first: Source, listener: SourceListener, signal: AbortSignal): Source {
    const { primary, backup, together, overlapMs = OVERLAP_MS } = this.#options;
    const { retry = together ? rejoining : returning } = this.#options;
    const other = (first.provider === primary.provider ? backup : primary)?.provider as Provider;
    const roleOf = (provider: Provider) => (provider === primary.provider ? "primary" : "backup");
    const relay = new Relay(
      {
        ...{ first, other, retry, overlapMs },
        mode: together ? "together" : "replace",
        open: (provider) => this.#openHeld(roleOf(provider), first.streamId, { ...listener, ...silently }, signal),
        onReplaced: () => {
          this.#isOnBackup = false;
          this.#failures = 0;
          this.#last = other;
          listener.onSwitched?.({ from: first.provider, to: other, why: "recovered" });
        },
      },
      together ? 0 : retry.initialMs,
    );
    return relay.source;
  }

  /** Says nothing until it is admitted. @throws ConnectError also when it has too much to say before it stands */
  async #openHeld(
    which: "primary" | "backup",
    streamId: string | undefined,
    listener: SourceListener,
    signal: AbortSignal,
  ): Promise<Joining> {
    const early = new Early();
    let isAdmitted = false;
    const onMessage = (message: SourceMessage) =>
      isAdmitted ? listener.onMessage(message) : early.keepOrDrop(message);
    const source = await this.#openOne(which, streamId, { ...listener, onMessage }, signal);
    if (early.excess) {
      await source.close();
      throw new ConnectError("CONNECT_FAILED", "too many messages came before the connection stood");
    }
    const admit = () => {
      isAdmitted = true;
      for (const message of early.takeAll()) listener.onMessage(message);
    };
    return { source, admit };
  }

  async #openOne(
    which: "primary" | "backup",
    streamId: string | undefined,
    listener: SourceListener,
    signal: AbortSignal,
  ): Promise<Source> {
    const { uniqueId } = this.#options;
    const { provider, open } = this.#options[which] as RoomSourcesOptions["primary"];
    const belief = this.#belief;
    let isOpen = false;
    const scored: SourceListener = {
      ...listener,
      onMessage: (message) => {
        if (isOfTheStream(message)) belief.sawLive();
        message.provider ??= provider;
        this.#scorecard.received(provider, message);
        listener.onMessage(message);
      },
      onTrouble: (code, message) => {
        if (isOpen) this.#scorecard.failed(provider, code); // else what is thrown counts
        listener.onTrouble(code, message);
      },
    };
    const watchdog = this.#watchdogs.get(provider) as Watchdog;
    try {
      const source = await watchdog.watch(
        (watched) => open({ uniqueId, streamId, belief, listener: watched, signal }),
        scored,
      );
      isOpen = true;
      this.#scorecard.connected(provider, true);
      void source.closed.then((closed) => this.#ended(source, closed));
      return source;
    } catch (error) {
      const code = error instanceof ConnectError ? error.code : "CONNECT_FAILED";
      if (!isBlameless(error)) this.#scorecard.failed(provider, code);
      throw error;
    }
  }

  /** A connection that soon ends is a failure too. */
  #ended({ provider, connectedAt }: Source, { code, streamEnded, error }: Closed): void {
    this.#scorecard.connected(provider, false);
    if (streamEnded) this.#belief.sawEnd();
    const isGood = streamEnded || (Date.now() - connectedAt.getTime() > GOOD_MS && !error);
    const wasAsked = code === 1000 || code === 1005;
    if (!isGood && !wasAsked) this.#scorecard.failed(provider, error?.code ?? `CLOSED_${code}`);
    const { backup, together } = this.#options;
    if (!backup || together || wasAsked || provider !== this.#options[this.#inUse]?.provider) return;
    if (isGood) this.#failures = 0;
    else if (this.#isTimeToSwitch(error ?? new ConnectError("CONNECT_FAILED"))) this.#switch();
  }

  #isTimeToSwitch(error: unknown): boolean {
    const { afterFailures = 0 } = this.#options;
    const failure = error instanceof ConnectError ? error : new ConnectError("CONNECT_FAILED");
    if (isBlameless(failure)) return false;
    this.#failures++;
    this.#lastFailure = failure.code;
    if (afterFailures === 0) return false;
    return this.#failures >= afterFailures || failure.next === "stop" || hopeless.has(failure.code);
  }

  #switch(): void {
    this.#isOnBackup = !this.#isOnBackup;
    this.#failures = 0;
  }

  get #inUse(): "primary" | "backup" {
    return this.#isOnBackup ? "backup" : "primary";
  }
}
