import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Service } from "moleculer";
import type { Provider } from "../../contracts/raw-envelope.ts";
import type { RoomStatus } from "../../contracts/room.ts";
import { loadScript } from "../../mixins/streams/script.ts";
import type { Commands } from "../../mixins/streams.mixin.ts";
import { Ownership, ownerKey } from "./ownership.ts";
import type { Farewell } from "./room.ts";
import type { Rooms } from "./rooms.ts";
import { nextMove } from "./share.ts";

const lookRooms = loadScript(new URL("lua/look-rooms.lua", import.meta.url));

const PRESENCE = "ttlc:ingest";
/** How often a process looks for rooms that nobody has. */
const LOOK_MS = 400;
/** A process that did not look for this long counts no more: less than a record's expiry, so that shares are known by then. */
const PRESENT_MS = 3_000;
/** After Redis was away or emptied, or this process hung: until then an owner may have yet to renew its record. */
const PATIENCE_MS = 2_000;
/** How often the wanted rooms are read; after a failure. */
const READ_MS = 3_000;
const READ_AGAIN_MS = 300;
/** Failures in a row before that is said: when all services start at once, ingest is the first. */
const WARN_AFTER = 10;

const UNWANTED: Farewell = { state: "ended", reason: "disconnected on request", isForGood: true };
const REPLACED: Farewell = { state: "ended", reason: "connected again" };
const HANDED_OVER: Farewell = { state: "waiting", reason: "HANDED_OVER: another ingest process takes this room over" };
const STOPPED: Farewell = { state: "waiting", reason: "INGEST_STOPPED: its ingest process has stopped" };

/** A room that is to be followed by one of the ingest processes, as storage keeps it. */
export interface WantedRoom {
  /** Lower case, without @. */
  uniqueId: string;
  provider: Provider;
  /** Our id of the streamer's account, once known. */
  channelId: string | null;
  /** Since when, ISO 8601. */
  wantedAt: string;
}

export interface RosterOptions {
  redis: Commands;
  logger: Service["logger"];
  nodeID: string;
  /** All rooms that are wanted. Rejects while storage is away. */
  readWanted(): Promise<WantedRoom[]>;
}

/**
 * The rooms that are wanted, and this process's part in following them: it takes what nobody has, up to its share, and
 * stops what is wanted no more. What it knows of the wanted rooms outlives an outage of storage; who has which room is
 * decided in Redis alone.
 */
export class Roster {
  readonly #rooms: Rooms;
  #options: RosterOptions | undefined;
  #wanted = new Map<string, WantedRoom>();
  /** The process that each room is followed by, as of the last look; a room that nobody has is not among them. */
  #owners = new Map<string, string>();
  /** Times that somebody changed what is wanted: what was read meanwhile is old. */
  #changes = 0;
  #hasLooked = false;
  #trustedFrom = 0;
  #isBlind = false;
  readonly #stopping = new AbortController();
  #last: Promise<unknown> = Promise.resolve();
  #running: Promise<unknown> = Promise.resolve();

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  start(options: RosterOptions): void {
    this.#options = options;
    this.#running = Promise.all([this.#keepReading(), this.#keepLooking()]);
  }

  /** How many rooms are wanted, of all processes. */
  get wanted(): number {
    return this.#wanted.size;
  }

  /** The streamer's account, if it was known when the wanted rooms were read. */
  channelOf(uniqueId: string): string | null | undefined {
    return this.#wanted.get(uniqueId)?.channelId;
  }

  /** From now on the room is wanted; answers its state if this process follows it, else null. */
  async want(room: WantedRoom): Promise<RoomStatus | null> {
    this.#changes++;
    this.#wanted.set(room.uniqueId, room);
    const running = this.#rooms.get(room.uniqueId)?.status;
    if (running && (running.state === "failed" || running.provider !== room.provider)) {
      await this.#rooms.leave(room.uniqueId, REPLACED);
    }
    await this.#look(room.uniqueId).catch(() => {}); // the next look takes it
    return this.#rooms.get(room.uniqueId)?.status ?? null;
  }

  /** From now on it is not; answers how it ended if this process followed it, else null. */
  unwant(uniqueId: string): Promise<RoomStatus | null> {
    this.#changes++;
    this.#wanted.delete(uniqueId);
    return this.#rooms.leave(uniqueId, UNWANTED);
  }

  /** Of what all processes say of their rooms, one state for each that is wanted: its owner's word. */
  complete(statuses: readonly RoomStatus[]): RoomStatus[] {
    const ofRoom = Map.groupBy(statuses, ({ uniqueId }) => uniqueId);
    const missing = [...this.#wanted.values()].filter(({ uniqueId }) => !ofRoom.has(uniqueId));
    const told = [...ofRoom].map(([uniqueId, all]) => {
      return all.find(({ node }) => node === this.#owners.get(uniqueId)) ?? (all[0] as RoomStatus);
    });
    return [...told, ...missing.map((room) => this.unfollowed(room))];
  }

  /** What can be said of a room while no process says anything. */
  unfollowed({ uniqueId, provider, channelId, wantedAt }: WantedRoom): RoomStatus {
    const node = this.#owners.get(uniqueId);
    return {
      uniqueId,
      provider,
      simulated: provider === "simulator",
      state: "waiting",
      since: wantedAt,
      reason: node
        ? `OWNED_ELSEWHERE: the ingest process ${node} follows this room, and does not answer`
        : "UNCLAIMED: no ingest process follows this room yet",
      ...(node ? { node } : {}),
      ...(channelId ? { channelId } : {}),
      attempt: 0,
      counters: { received: 0, published: 0, duplicates: 0, tooLarge: 0, refused: 0 },
      dropped: { overload: { crowd: 0, other: 0, vital: 0 } },
    };
  }

  /** How a room ended that no process followed. */
  forgotten(room: WantedRoom): RoomStatus {
    const { state, reason } = UNWANTED;
    return { ...this.unfollowed(room), state, reason };
  }

  /** Another process has the room now. */
  async lost(uniqueId: string): Promise<void> {
    await this.#rooms.leave(uniqueId);
  }

  /** Stops every room; they stay wanted, and other processes take them at once. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.#last;
    await this.#options?.redis.zrem(PRESENCE, this.#options.nodeID).catch(() => {}); // it is forgotten by itself
    await this.#rooms.stop(STOPPED);
  }

  async #keepReading(): Promise<void> {
    for (let failures = 0; !this.#isStopping; ) {
      try {
        const isUpToDate = await this.#read();
        failures = 0;
        await this.#sleep(isUpToDate ? READ_MS : READ_AGAIN_MS);
      } catch (err) {
        failures++;
        if (failures === WARN_AFTER) {
          this.#options?.logger.warn({ err }, "cannot read which rooms are wanted: going on with those that are known");
        }
        await this.#sleep(READ_AGAIN_MS);
      }
    }
  }

  async #keepLooking(): Promise<void> {
    while (!this.#isStopping) {
      await this.#look().catch((err) => {
        if (!this.#isBlind) this.#options?.logger.warn({ err }, "cannot see who follows which room, trying again");
        this.#isBlind = true;
      });
      await this.#sleep(LOOK_MS);
    }
  }

  /** False when somebody changed what is wanted meanwhile: what was read is old. Rejects while storage is away. */
  async #read(): Promise<boolean> {
    const { readWanted } = this.#options as RosterOptions;
    const changes = this.#changes;
    const rooms = await readWanted();
    if (changes !== this.#changes) return false;
    const hasMore = rooms.some(({ uniqueId }) => !this.#wanted.has(uniqueId));
    this.#wanted = new Map(rooms.map((room) => [room.uniqueId, room]));
    if (hasMore) await this.#look().catch(() => {}); // the next look takes them
    return true;
  }

  /** One look after the other; `first` is taken before the rest. */
  #look(first?: string): Promise<void> {
    const look = this.#last.then(() => this.#lookNow(first));
    this.#last = look.catch(() => {});
    return look;
  }

  async #lookNow(first: string | undefined): Promise<void> {
    if (this.#isStopping) return;
    const { redis, nodeID } = this.#options as RosterOptions;
    const rooms = [...this.#wanted.values()];
    const keys = rooms.map(({ uniqueId, provider }) => ownerKey(uniqueId, provider === "simulator"));
    const answer = (await lookRooms(redis, [PRESENCE, ...keys], [nodeID, PRESENT_MS])) as [string, number, ...string[]];
    const [wasKnown, processes, ...owners] = answer;
    this.#isBlind = false;
    if (wasKnown === "0" && this.#hasLooked) this.#trustedFrom = performance.now() + PATIENCE_MS;
    this.#hasLooked = true;
    this.#owners = new Map(rooms.flatMap(({ uniqueId }, i) => (owners[i] ? [[uniqueId, owners[i]]] : [])));
    this.#leaveUnwanted();
    if (performance.now() < this.#trustedFrom) return;
    const free = rooms.filter(({ uniqueId }) => {
      const owner = this.#owners.get(uniqueId);
      return (!owner || owner === nodeID) && !this.#rooms.get(uniqueId); // our own former life leaves its rooms to us
    });
    free.sort((one, other) => Number(other.uniqueId === first) - Number(one.uniqueId === first));
    const { take, giveBack } = nextMove({
      wanted: rooms.length,
      processes,
      own: this.#rooms.size,
      idle: this.#rooms.idle(),
      free: free.map(({ uniqueId }) => uniqueId),
    });
    for (const uniqueId of giveBack) void this.#rooms.leave(uniqueId, HANDED_OVER);
    await Promise.all(take.map((uniqueId) => this.#take(this.#wanted.get(uniqueId))));
  }

  /** Wanted no more, or by another way. */
  #leaveUnwanted(): void {
    for (const { uniqueId, provider } of this.#rooms.list()) {
      const wanted = this.#wanted.get(uniqueId);
      if (wanted?.provider !== provider) void this.#rooms.leave(uniqueId, wanted ? REPLACED : UNWANTED);
    }
  }

  async #take(room: WantedRoom | undefined): Promise<void> {
    const { redis, nodeID } = this.#options as RosterOptions;
    if (!room) return;
    const { uniqueId, provider } = room;
    const ownership = new Ownership({
      redis,
      uniqueId,
      simulated: provider === "simulator",
      nodeID,
      token: randomUUID(),
    });
    if (!(await ownership.claim())) return;
    if (this.#isStopping || this.#wanted.get(uniqueId)?.provider !== provider) await ownership.release();
    else {
      this.#owners.set(uniqueId, nodeID);
      this.#rooms.follow(room, ownership);
    }
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** Ends early when it is stopped. */
  async #sleep(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stopping.signal }).catch(() => {});
  }
}
