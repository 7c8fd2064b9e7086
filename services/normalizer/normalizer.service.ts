import { defineService } from "../../lib/define-service.ts";
import { streams } from "../../mixins/streams.mixin.ts";
import { Drift } from "./drift.ts";
import { normalize } from "./normalize.ts";

/** Turns TikTok's messages into canonical events. Holds no state but what it noticed: run as many as you like. */
export default defineService({
  name: "normalizer",
  mixins: [streams],
  vars: () => ({ drift: new Drift(new Date()) }),

  consumes: {
    "ttlc:raw": {
      group: "normalizer",
      to: "ttlc:events",
      map(raw) {
        return this.drift.watch(raw, (message) => normalize(message, new Date()));
      },
    },
  },

  actions: {
    /** What this process noticed of changes at TikTok. */
    drift: {
      params: { type: "object", additionalProperties: false, properties: {} },
      handler() {
        return this.drift.report();
      },
    },
  },
});
