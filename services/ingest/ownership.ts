import { loadScript } from "../../mixins/streams/script.ts";
import type { Commands } from "../../mixins/streams.mixin.ts";
import { acquire, EXPIRY_MS, type Fence, renew } from "./fence.ts";

const leaveRoom = loadScript(new URL("lua/leave-room.lua", import.meta.url));

const RENEW_MS = EXPIRY_MS / 4;

export interface OwnershipOptions {
  redis: Commands;
  uniqueId: string;
  simulated: boolean;
  /** Of this process; differs between living processes. */
  nodeID: string;
  /** Of this acquisition. */
  token: string;
}

/** The right of one process to follow a room (DESIGN section 4): an expiring record in Redis, renewed while held. */
export class Ownership {
  /** Called once, when it is held no longer although nobody gave it back: another process has the room now. */
  onLost = () => {};
  readonly #redis: Commands;
  #fence: Fence;
  #renewal: NodeJS.Timeout | undefined;

  constructor({ redis, uniqueId, simulated, nodeID: node, token }: OwnershipOptions) {
    this.#redis = redis;
    this.#fence = { key: ownerKey(uniqueId, simulated), node, token };
  }

  /** True when the room is ours, from now on; false when another process has it. Rejects while Redis is away. */
  async claim(): Promise<boolean> {
    const acquired = await acquire(this.#redis, this.#fence);
    if (!acquired) return false;
    this.#fence = acquired;
    this.#renewal ??= setInterval(() => void this.check(), RENEW_MS);
    return true;
  }

  /** While it is not, nobody here may speak for the room. */
  get isHeld(): boolean {
    return this.#renewal !== undefined;
  }

  /** Whether what goes with that fence is said by who holds the room now. */
  holds({ key, token }: Fence): boolean {
    return this.isHeld && key === this.#fence.key && token === this.#fence.token;
  }

  /** What goes with all that is published of the room. */
  get fence(): Fence {
    return this.#fence;
  }

  /** Finds out at once whether it is still held: Redis has refused something in its name, or in that of a former one. */
  async check(): Promise<void> {
    if (!this.isHeld) return;
    const isOurs = await renew(this.#redis, this.#fence).catch(() => true); // without Redis nobody else can claim it either
    if (isOurs || !this.isHeld) return;
    this.#stopRenewal();
    this.onLost();
  }

  async release(): Promise<void> {
    this.#stopRenewal();
    await leaveRoom(this.#redis, [this.#fence.key], [this.#fence.token]).catch(() => {}); // it expires by itself
  }

  #stopRenewal(): void {
    clearInterval(this.#renewal);
    this.#renewal = undefined;
  }
}

export const ownerKey = (uniqueId: string, simulated: boolean) =>
  `ttlc:owner:${simulated ? "simulated" : "live"}:${uniqueId}`;
