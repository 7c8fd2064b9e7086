import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { ReplayStatus, StoredReplay } from "../../contracts/replay.ts";
import type { RoomStatus, SignerStatus } from "../../contracts/room.ts";
import { defineService } from "../../lib/define-service.ts";
import { assertUsername } from "../../lib/username.ts";
import { postgresReader } from "../../mixins/postgres-reader.mixin.ts";
import { streams } from "../../mixins/streams.mixin.ts";
import { Ownership } from "./ownership.ts";
import type { Origin, SourceMessage } from "./raw-message.ts";
import { Replays } from "./replays.ts";
import { type LastSession, RoomLogs } from "./room-logs.ts";
import { Rooms } from "./rooms.ts";
import { SignBudget } from "./sign-budget.ts";
import type { Endpoints } from "./source.ts";
import { sourcesFrom } from "./sources.ts";
import { SILENCE_MS } from "./streaks.ts";

const uniqueId = { type: "string", maxLength: 128 } as const;
const uuid = { type: "string", format: "uuid" } as const;
const oneReplay = {
  type: "object",
  required: ["sessionId"],
  additionalProperties: false,
  properties: { sessionId: uuid },
} as const;

/** Keeps TikTok LIVE rooms connected and writes every message of them to ttlc:raw. Reads Postgres for a replay, and never writes it. */
export default defineService({
  name: "ingest",
  mixins: [streams, postgresReader],
  settings: { streakSilenceMs: SILENCE_MS },
  vars: () => ({
    rooms: new Rooms(),
    replays: new Replays(),
    logs: undefined as RoomLogs | undefined,
    budget: new SignBudget(),
  }),

  actions: {
    connect: {
      params: {
        type: "object",
        required: ["uniqueId"],
        additionalProperties: false,
        properties: { uniqueId, provider: { enum: ["direct", "euler", "simulator"] } },
      },
      /** Starts the actor of a room, or answers the state of the one that runs. */
      handler({ params }): RoomStatus {
        const { uniqueId, provider = this.config.INGEST_PROVIDER } = params;
        assertUsername(uniqueId, provider === "simulator");
        return this.rooms.connect(uniqueId, provider);
      },
    },

    disconnect: {
      params: { type: "object", required: ["uniqueId"], additionalProperties: false, properties: { uniqueId } },
      /** Ends a room's session and forgets the room. Null when there is none. */
      handler({ params }): Promise<RoomStatus | null> {
        return this.rooms.disconnect(params.uniqueId);
      },
    },

    list: {
      params: { type: "object", additionalProperties: false, properties: {} },
      handler(): RoomStatus[] {
        return this.rooms.list();
      },
    },

    signer: {
      params: { type: "object", additionalProperties: false, properties: {} },
      /** How this process stands with the signer. */
      handler(): SignerStatus {
        const { counts, isPaused, tokens } = this.budget;
        return { node: this.broker.nodeID, calls: { ...counts }, tokens, isPaused };
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
          speed: { anyOf: [{ const: "max" }, { type: "number", minimum: 1, maximum: 20 }], default: "max" },
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

    cancelReplay: {
      params: oneReplay,
      /** Ends a replay, whichever ingest has it. What is on ttlc:raw stays there. */
      handler({ params }): Promise<ReplayStatus | null> {
        return this.replays.cancel(params.sessionId);
      },
    },
  },

  events: {
    "replay.cancelled"(ctx) {
      this.replays.abort((ctx.params as { sessionId: string }).sessionId);
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
    });
    await this.logs.start();
    this.budget = new SignBudget({ perMinute: this.config.SIGN_CALLS_PER_MIN });
    this.rooms.use({
      logs: this.logs,
      logger: this.logger,
      maxAttempts: this.config.RECONNECT_MAX_ATTEMPTS,
      streakSilenceMs: this.settings.streakSilenceMs,
      newId: randomUUID,
      onChange: (status) => void this.broker.broadcast("room.changed", status),
      sourcesOf: sourcesFrom({
        config: this.config,
        budget: this.budget,
        simulate: (uniqueId) => this.broker.call<Endpoints, object>("simulator.open", { uniqueId }),
      }),
      channelOf: async ({ uniqueId, simulated }, { owner }) => {
        const known = {
          uniqueId,
          simulated,
          ...(owner ? { ownerId: owner.userId, displayName: owner.displayName } : {}),
        };
        return (await this.broker.call<{ channelId: string }, object>("storage.channel", known)).channelId;
      },
      ownership: (room, onLost) =>
        new Ownership({ redis: this.redis, nodeID: this.broker.nodeID, token: randomUUID(), ...room, onLost }),
      openSessions: (room) => this.broker.call("storage.openSessions", room),
      refuse: async (message, origin) => {
        await this.publish("ttlc:dlq", letterOf(message, origin));
      },
    });
    this.replays.use({
      redis: this.redis,
      read: this.read,
      logger: this.logger,
      newId: randomUUID,
      announceCancel: (sessionId) => void this.broker.broadcast("replay.cancelled", { sessionId }),
      records: {
        start: (wanted) => this.broker.call("storage.startReplay", wanted, { timeout: 0 }),
        find: (sessionId) => this.broker.call("storage.replay", { sessionId }),
        open: async () => {
          const services: { name: string }[] = this.broker.registry.getServiceList({ onlyAvailable: true });
          const isThere = services.some(({ name }) => name === "storage"); // to call it in vain is a warning in the log
          return isThere ? this.broker.call<StoredReplay[]>("storage.openReplays") : [];
        },
        report: (report) => this.broker.call("storage.reportReplay", report),
      },
    });
  },

  async stopped() {
    await this.replays.stop();
    await this.rooms.stop();
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
