import type { Provider } from "../../contracts/raw-envelope.ts";
import type { RoomStatus } from "../../contracts/room.ts";
import { backoffMs } from "../../lib/backoff.ts";
import type { Ownership } from "./ownership.ts";
import { PollSchedule } from "./poll-schedule.ts";
import { Room, type RoomOptions } from "./room.ts";
import type { RoomSources } from "./room-sources.ts";
import type { Source } from "./source.ts";

/** What all rooms of a process share; the functions are told which room asks. */
export interface Surroundings
  extends Pick<RoomOptions, "logs" | "logger" | "maxAttempts" | "newId" | "onChange" | "refuse" | "streakSilenceMs"> {
  sourcesOf(room: { uniqueId: string; provider: Provider }): RoomSources;
  channelOf(room: RoomStatus, source: Source): Promise<string>;
  ownership(room: { uniqueId: string; simulated: boolean }, onLost: () => void): Ownership;
  openSessions(room: { uniqueId: string; simulated: boolean }): ReturnType<RoomOptions["openSessions"]>;
}

/** The simulator needs no courtesy. */
const simulatedPolls = { initialMs: 3_000, maxMs: 3_000, multiplier: 1, jitter: 0.25 };

/** The rooms of this process, by username and provider's sense of it: lower case, without @. */
export class Rooms {
  readonly #rooms = new Map<string, Room>();
  readonly #polls = new PollSchedule();
  #surroundings: Surroundings | undefined;

  use(surroundings: Surroundings): void {
    this.#surroundings = surroundings;
  }

  connect(name: string, provider: Provider): RoomStatus {
    const uniqueId = plain(name);
    const running = this.#rooms.get(uniqueId);
    if (running && running.status.state !== "failed") return running.status;
    const { sourcesOf, channelOf, ownership, openSessions, ...shared } = this.#surroundings as Surroundings;
    const simulated = provider === "simulator";
    const sources = sourcesOf({ uniqueId, provider });
    const room: Room = new Room({
      ...shared,
      uniqueId,
      provider,
      open: (streamId, listener, signal) => sources.open(streamId, listener, signal),
      scores: () => sources.scores(),
      nextPollMs: () =>
        simulated ? backoffMs(simulatedPolls, 0, Math.random()) : this.#polls.reserve(Date.now(), Math.random()),
      channelOf: (source) => channelOf(room.status, source),
      ownership: (onLost) => ownership({ uniqueId, simulated }, onLost),
      openSessions: () => openSessions({ uniqueId, simulated }),
    });
    this.#rooms.set(uniqueId, room);
    room.start();
    return room.status;
  }

  async disconnect(name: string): Promise<RoomStatus | null> {
    const uniqueId = plain(name);
    const room = this.#rooms.get(uniqueId);
    if (!room) return null;
    await room.stop(true);
    this.#rooms.delete(uniqueId);
    return room.status;
  }

  list(): RoomStatus[] {
    return [...this.#rooms.values()].map((room) => room.status);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#rooms.values()].map((room) => room.stop()));
    this.#rooms.clear();
  }
}

const plain = (name: string) => name.replace(/^@/, "").toLowerCase();
