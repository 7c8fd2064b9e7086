import type { Provider } from "../../contracts/raw-envelope.ts";
import type { RoomStatus } from "../../contracts/room.ts";
import { backoffMs } from "../../lib/backoff.ts";
import type { Fence } from "./fence.ts";
import type { Ownership } from "./ownership.ts";
import { PollSchedule } from "./poll-schedule.ts";
import { type Farewell, Room, type RoomOptions } from "./room.ts";
import type { RoomSources } from "./room-sources.ts";
import type { Source } from "./source.ts";

/** What all rooms of a process share; the functions are told which room asks. */
export interface Surroundings
  extends Pick<
    RoomOptions,
    "logs" | "logger" | "maxAttempts" | "newId" | "node" | "onChange" | "refuse" | "streakSilenceMs"
  > {
  sourcesOf(room: { uniqueId: string; provider: Provider }): RoomSources;
  channelOf(room: RoomStatus, source: Source): Promise<string>;
  openSessions(room: { uniqueId: string; simulated: boolean }): ReturnType<RoomOptions["openSessions"]>;
  /** Another process has the room now. */
  onLost(uniqueId: string): void;
}

/** The simulator needs no courtesy. */
const simulatedPolls = { initialMs: 3_000, maxMs: 3_000, multiplier: 1, jitter: 0.25 };

/** The rooms that this process follows, by username: lower case, without @. */
export class Rooms {
  readonly #rooms = new Map<string, Room>();
  readonly #polls = new PollSchedule();
  #surroundings: Surroundings | undefined;

  use(surroundings: Surroundings): void {
    this.#surroundings = surroundings;
  }

  /** Starts the actor of a room that is ours and that has none. */
  follow({ uniqueId, provider }: { uniqueId: string; provider: Provider }, ownership: Ownership): void {
    const { sourcesOf, channelOf, openSessions, onLost, ...shared } = this.#surroundings as Surroundings;
    const simulated = provider === "simulator";
    const sources = sourcesOf({ uniqueId, provider });
    const room: Room = new Room({
      ...shared,
      uniqueId,
      provider,
      ownership,
      open: (streamId, listener, signal) => sources.open(streamId, listener, signal),
      scores: () => sources.scores(),
      nextPollMs: () =>
        simulated ? backoffMs(simulatedPolls, 0, Math.random()) : this.#polls.reserve(Date.now(), Math.random()),
      channelOf: (source) => channelOf(room.status, source),
      openSessions: () => openSessions({ uniqueId, simulated }),
      onLost: () => onLost(uniqueId),
    });
    this.#rooms.set(uniqueId, room);
    room.start();
  }

  /** Stops the actor of a room, and gives the room back; null when there is none. */
  async leave(uniqueId: string, farewell?: Farewell): Promise<RoomStatus | null> {
    const room = this.#rooms.get(uniqueId);
    if (!room) return null;
    await room.stop(farewell);
    if (this.#rooms.get(uniqueId) === room) this.#rooms.delete(uniqueId);
    return room.status;
  }

  get(uniqueId: string): Room | undefined {
    return this.#rooms.get(uniqueId);
  }

  /** Whether one of them is ours by that acquisition. */
  holds(fence: Fence): boolean {
    return [...this.#rooms.values()].some((room) => room.holds(fence));
  }

  get size(): number {
    return this.#rooms.size;
  }

  list(): RoomStatus[] {
    return [...this.#rooms.values()].map((room) => room.status);
  }

  /** Those that another process could follow as well without a message lost. One that has failed would only fail again. */
  idle(): string[] {
    return [...this.#rooms].filter(([, room]) => room.isIdle).map(([uniqueId]) => uniqueId);
  }

  async stop(farewell: Farewell): Promise<void> {
    await Promise.all([...this.#rooms.keys()].map((uniqueId) => this.leave(uniqueId, farewell)));
  }
}
