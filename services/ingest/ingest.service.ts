import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { type RedriveAnswer, redriveRequestSchema } from "../../contracts/letters.ts";
import { type ReplayStatus, replaySpeedSchema, type StoredReplay } from "../../contracts/replay.ts";
import type { RoomStatus, SignerStatus } from "../../contracts/room.ts";
import { ask, askAll } from "../../lib/ask.ts";
import { defineService } from "../../lib/define-service.ts";
import { isOutage } from "../../lib/errors.ts";
import { assertUsername } from "../../lib/username.ts";
import { postgresReader } from "../../mixins/postgres-reader.mixin.ts";
import { streams } from "../../mixins/streams.mixin.ts";
import type { Origin, SourceMessage } from "./raw-message.ts";
import { redrive } from "./redrive.ts";
import { type ReplayChange, Replays } from "./replays.ts";
import { type LastSession, RoomLogs } from "./room-logs.ts";
import { Rooms } from "./rooms.ts";
import { Roster, type WantedRoom } from "./roster.ts";
import { SignBudget } from "./sign-budget.ts";
import type { Endpoints } from "./source.ts";
import { sourcesFrom } from "./sources.ts";
import { SILENCE_MS } from "./streaks.ts";

const none = { type: "object", additionalProperties: false, properties: {} } as const;
const uniqueId = { type: "string", maxLength: 128 } as const;
const uuid = { type: "string", format: "uuid" } as const;
const oneReplay = {
  type: "object",
  required: ["sessionId"],
  additionalProperties: false,
  properties: { sessionId: uuid },
} as const;

/** A room that is stopped may have this long to say its last words. */
const STOP_MS = 8_000;

/** What a room can do without is not waited for any longer: it takes in nothing meanwhile. */
const ASK_MS = 3_000;

/** Keeps TikTok LIVE rooms connected and writes every message of them to ttlc:raw. Reads Postgres for a replay, and never writes it. */
export default defineService({
  name: "ingest",
  mixins: [streams, postgresReader],
  settings: { streakSilenceMs: SILENCE_MS },
  vars: () => {
    const rooms = new Rooms();
    return {
      rooms,
      roster: new Roster(rooms),
      replays: new Replays(),
      logs: undefined as RoomLogs | undefined,
      budget: new SignBudget(),
    };
  },

  actions: {
    connect: {
      params: {
        type: "object",
        required: ["uniqueId"],
        additionalProperties: false,
        properties: { uniqueId, provider: { enum: ["direct", "euler", "simulator"] } },
      },
      /**
       * Records that a room is wanted, so that it is followed from now on by one of the ingest processes; one that has
       * failed is tried again. Answers where that stands. Rejects while storage is away.
       */
      async handler(ctx): Promise<RoomStatus> {
        const { uniqueId, provider } = ctx.params;
        assertUsername(uniqueId, (provider ?? this.config.INGEST_PROVIDER) === "simulator");
        const wish = { uniqueId, ...(provider ? { provider } : {}), otherwise: this.config.INGEST_PROVIDER };
        const room = await ctx.call<WantedRoom, object>("storage.wantRoom", wish);
        this.logger.info({ uniqueId: room.uniqueId, provider: room.provider }, "room is wanted"); // by whose request
        const answers = await askAll<RoomStatus | null>(this.broker, (name) => name === "ingest.want", {
          params: room,
        });
        return answers.find((status) => status !== null) ?? this.roster.unfollowed(room);
      },
    },

    disconnect: {
      params: { type: "object", required: ["uniqueId"], additionalProperties: false, properties: { uniqueId } },
      /** Ends a room's session and forgets the room. Null when there is none. Rejects while storage is away. */
      async handler(ctx): Promise<RoomStatus | null> {
        const room = { uniqueId: ctx.params.uniqueId.replace(/^@/, "").toLowerCase() };
        const before = await ctx.call<WantedRoom | null, object>("storage.unwantRoom", room);
        if (before) this.logger.info(room, "room is wanted no more");
        const answers = await askAll<RoomStatus | null>(this.broker, (name) => name === "ingest.unwant", {
          params: room,
          patienceMs: STOP_MS,
        });
        return answers.find((status) => status !== null) ?? (before && this.roster.forgotten(before));
      },
    },

    list: {
      params: none,
      /** Every room that is wanted, whichever process follows it. */
      async handler(): Promise<RoomStatus[]> {
        const all = await askAll<RoomStatus[]>(this.broker, (name) => name === "ingest.rooms");
        return this.roster.complete(all.flat());
      },
    },

    rooms: {
      params: none,
      /** Those that this process follows. */
      handler(): RoomStatus[] {
        return this.rooms.list();
      },
    },

    signer: {
      params: none,
      /** How this process stands with the signer. */
      handler(): SignerStatus {
        const { counts, isPaused, tokens } = this.budget;
        return { node: this.broker.nodeID, calls: { ...counts }, tokens, isPaused };
      },
    },

    want: {
      params: {
        type: "object",
        required: ["uniqueId", "provider", "channelId", "wantedAt"],
        additionalProperties: false,
        properties: {
          uniqueId,
          provider: { enum: ["direct", "euler", "simulator"] },
          channelId: { type: ["string", "null"] },
          wantedAt: { type: "string" },
        },
      },
      /** What `connect` tells every process; the state of the room where this one follows it. */
      handler({ params }): Promise<RoomStatus | null> {
        return this.roster.want(params);
      },
    },

    unwant: {
      params: { type: "object", required: ["uniqueId"], additionalProperties: false, properties: { uniqueId } },
      /** What `disconnect` tells every process; how the room ended where this one followed it. */
      handler({ params }): Promise<RoomStatus | null> {
        return this.roster.unwant(params.uniqueId);
      },
    },

    stats: {
      params: none,
      handler() {
        return { node: this.broker.nodeID, wanted: this.roster.wanted, fenced: this.logs?.fenced ?? 0 };
      },
    },

    replay: {
      params: {
        type: "object",
        required: ["speed"],
        additionalProperties: false,
        minProperties: 2, // a session, or all sessions of a stream
        maxProperties: 2,
        properties: {
          sessionId: uuid,
          streamId: { type: "string", minLength: 1, maxLength: 128 },
          speed: { ...replaySpeedSchema, default: "max" },
        },
      },
      /** Sends what is stored through ttlc:raw again, or answers where the replay of the same is that runs. */
      handler({ params }): Promise<ReplayStatus> {
        return this.replays.start(params);
      },
    },

    replayStatus: {
      params: oneReplay,
      handler({ params }): Promise<ReplayStatus | null> {
        return this.replays.status(params.sessionId);
      },
    },

    pauseReplay: {
      params: oneReplay,
      /** Leaves a replay where it is until it is resumed, whichever ingest has it. */
      handler({ params }): Promise<ReplayStatus | null> {
        return this.replays.pause(params.sessionId);
      },
    },

    resumeReplay: {
      params: oneReplay,
      handler({ params }): Promise<ReplayStatus | null> {
        return this.replays.resume(params.sessionId);
      },
    },

    setReplaySpeed: {
      params: {
        type: "object",
        required: ["sessionId", "speed"],
        additionalProperties: false,
        properties: { sessionId: uuid, speed: replaySpeedSchema },
      },
      handler({ params }): Promise<ReplayStatus | null> {
        return this.replays.setSpeed(params.sessionId, params.speed);
      },
    },

    cancelReplay: {
      params: oneReplay,
      /** Ends a replay, whichever ingest has it. What is on ttlc:raw stays there. */
      handler({ params }): Promise<ReplayStatus | null> {
        return this.replays.cancel(params.sessionId);
      },
    },

    redrive: {
      params: redriveRequestSchema,
      /** Puts dead letters of the normalizer back on ttlc:raw. What storage calls for a job; ask it, not us. */
      handler({ params }): Promise<RedriveAnswer> {
        return redrive(this.redis, params);
      },
    },
  },

  events: {
    "replay.changed"(ctx) {
      this.replays.heed(ctx.params as ReplayChange);
    },
  },

  async started() {
    this.logs = new RoomLogs({
      redis: this.redis,
      logger: this.logger,
      spoolDir: join(this.config.TTLC_DATA_DIR, "spool", this.broker.nodeID),
      spoolMaxBytes: this.config.SPOOL_MAX_BYTES,
      seedOf: (streamId, floor) =>
        this.broker.call<{ seed: number; last: LastSession | null }, object>("storage.seed", { streamId, floor }),
      isOwner: (fence) => this.rooms.holds(fence),
    });
    await this.logs.start();
    this.budget = new SignBudget({ perMinute: this.config.SIGN_CALLS_PER_MIN });
    this.rooms.use({
      logs: this.logs,
      logger: this.logger,
      maxAttempts: this.config.RECONNECT_MAX_ATTEMPTS,
      streakSilenceMs: this.settings.streakSilenceMs,
      newId: randomUUID,
      node: this.broker.nodeID,
      onChange: (status) => void this.broker.broadcast("room.changed", status),
      sourcesOf: sourcesFrom({
        config: this.config,
        budget: this.budget,
        simulate: (uniqueId) => this.broker.call<Endpoints, object>("simulator.open", { uniqueId }),
      }),
      channelOf: async ({ uniqueId, simulated, channelId }, { owner }) => {
        const known = {
          uniqueId,
          simulated,
          ...(owner ? { ownerId: owner.userId, displayName: owner.displayName } : {}),
        };
        try {
          const found = this.broker.call<{ channelId: string }, object>("storage.channel", known, { timeout: ASK_MS });
          return (await found).channelId;
        } catch (error) {
          const before = channelId ?? this.roster.channelOf(uniqueId);
          if (before && isOutage(error)) return before;
          throw error;
        }
      },
      onLost: (name) => void this.roster.lost(name),
      openSessions: (room) => this.broker.call("storage.openSessions", room, { timeout: ASK_MS }),
      refuse: async (message, origin) => {
        await this.publish("ttlc:dlq", letterOf(message, origin));
      },
    });
    this.replays.use({
      redis: this.redis,
      read: this.read,
      logger: this.logger,
      newId: randomUUID,
      announce: (change) => void this.broker.broadcast("replay.changed", change),
      records: {
        start: (wanted) => this.broker.call("storage.startReplay", wanted, { timeout: 0 }),
        find: (sessionId) => this.broker.call("storage.replay", { sessionId }),
        open: async () => {
          const services: { name: string }[] = this.broker.registry.getServiceList({ onlyAvailable: true });
          const isThere = services.some(({ name }) => name === "storage"); // to call it in vain is a warning in the log
          return isThere ? this.broker.call<StoredReplay[]>("storage.openReplays") : [];
        },
        report: (report) => this.broker.call("storage.reportReplay", report),
        change: (change) => this.broker.call("storage.changeReplay", change),
      },
    });
    this.roster.start({
      redis: this.redis,
      logger: this.logger,
      nodeID: this.broker.nodeID,
      readWanted: () => ask(this.broker, "storage.wantedRooms"),
    });
  },

  async stopped() {
    await this.replays.stop();
    await this.roster.stop();
    await this.logs?.stop();
  },
});

/** A message whose type cannot be part of an eventId: kept, but not as an event. */
const letterOf = (
  { method, payload, receivedAt }: SourceMessage,
  { streamId, sessionId }: Pick<Origin, "streamId" | "sessionId">,
) => ({
  stage: "ingest",
  reason: "SCHEMA_ERROR" as const,
  error: "the message's type is empty, longer than 128 characters or contains ':'",
  payload: JSON.stringify({
    streamId,
    sessionId,
    type: method,
    data: Buffer.from(payload).toString("base64"),
    encoding: "base64",
  }),
  failedAt: receivedAt.toISOString(),
});
