import { loadScript } from "../../mixins/streams/script.ts";
import type { Commands } from "../../mixins/streams.mixin.ts";

const claimRoom = loadScript(new URL("lua/claim-room.lua", import.meta.url));
const leaveRoom = loadScript(new URL("lua/leave-room.lua", import.meta.url));

/** A record that was not renewed for this long is nobody's: what a take-over waits for after a kill. */
const EXPIRY_MS = 6_000;
const RENEW_MS = EXPIRY_MS / 4;

export interface OwnershipOptions {
  redis: Commands;
  uniqueId: string;
  simulated: boolean;
  /** Of this process; differs between living processes. */
  nodeID: string;
  /** Of this acquisition. */
  token: string;
  /** Another process has the room now. */
  onLost(): void;
}

/** The right of one process to follow a room (DESIGN section 4): an expiring record in Redis, renewed while held. */
export class Ownership {
  readonly key: string;
  readonly record: string;
  readonly #options: OwnershipOptions;
  #renewal: NodeJS.Timeout | undefined;

  constructor(options: OwnershipOptions) {
    this.#options = options;
    this.key = `ttlc:owner:${options.simulated ? "simulated" : "live"}:${options.uniqueId}`;
    this.record = `${options.nodeID}|${options.token}`;
  }

  /** True when the room is ours, from now on; false when another process has it. Rejects while Redis is away. */
  async claim(): Promise<boolean> {
    const isOurs = await this.#claim();
    if (isOurs) this.#renewal ??= setInterval(() => void this.#renew(), RENEW_MS);
    return isOurs;
  }

  /** While it is not, nobody here may speak for the room. */
  get isHeld(): boolean {
    return this.#renewal !== undefined;
  }

  async release(): Promise<void> {
    clearInterval(this.#renewal);
    this.#renewal = undefined;
    await leaveRoom(this.#options.redis, [this.key], [this.record]).catch(() => {}); // it expires by itself
  }

  async #renew(): Promise<void> {
    const isOurs = await this.#claim().catch(() => true); // without Redis nobody else can claim it either
    if (isOurs || !this.#renewal) return;
    clearInterval(this.#renewal);
    this.#renewal = undefined;
    this.#options.onLost();
  }

  async #claim(): Promise<boolean> {
    const { redis, nodeID, token } = this.#options;
    return (await claimRoom(redis, [this.key], [nodeID, token, EXPIRY_MS])) === 1;
  }
}
