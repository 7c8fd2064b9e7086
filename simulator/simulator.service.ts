import { Errors } from "moleculer";
import { defineService } from "../lib/define-service.ts";
import { misbehave, misbehaviourSchema } from "./misbehave.ts";
import { SimulatedTikTok } from "./server.ts";

/** Simulated TikTok LIVE rooms, on loopback of this process's machine. Opens nothing before it is asked for a room. */
export default defineService({
  name: "simulator",
  vars: () => ({ tiktok: new SimulatedTikTok() }),

  actions: {
    open: {
      params: {
        type: "object",
        additionalProperties: false,
        properties: {
          uniqueId: { type: "string", pattern: "^@?[A-Za-z0-9_.]{1,64}$", default: "simulated_room" },
          seed: { type: "integer", minimum: 0 },
          rate: { type: "number", minimum: 1, maximum: 2000 },
        },
      },
      /** The user's room, opened now unless there is one, and where to connect to it. */
      async handler({ params }) {
        const { seed = this.config.SIMULATOR_SEED, rate = this.config.SIMULATOR_RATE } = params;
        const uniqueId = params.uniqueId.replace(/^@/, "");
        await this.tiktok.start();
        if (this.tiktok.roomOf(uniqueId)?.isOver !== false) this.tiktok.openRoom({ uniqueId, seed, rate });
        return { uniqueId, ...this.tiktok.endpoints };
      },
    },

    list: {
      params: { type: "object", additionalProperties: false, properties: {} },
      handler() {
        return this.tiktok.rooms.map(({ uniqueId, roomId, isLive, seed, rate, wire, sent }) => ({
          uniqueId,
          roomId,
          isLive,
          seed,
          rate,
          clients: wire.clients,
          sent: sent.total,
          missed: sent.missed,
        }));
      },
    },

    misbehave: {
      params: misbehaviourSchema,
      /** Lets something go wrong in a room, now or at the next occasion. */
      handler({ params: { uniqueId, fault, ...details } }) {
        const room = this.tiktok.roomOf(uniqueId.replace(/^@/, ""));
        if (!room) {
          const message = "There is no such simulated room; simulator.list names those that are open";
          throw new Errors.MoleculerClientError(message, 404, "SIMULATED_ROOM_NOT_FOUND");
        }
        misbehave(room, fault, details);
      },
    },
  },

  async stopped() {
    await this.tiktok.stop();
  },
});
