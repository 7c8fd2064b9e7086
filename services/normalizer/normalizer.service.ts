import { defineService } from "../../lib/define-service.ts";
import { streams } from "../../mixins/streams.mixin.ts";
import { Drift } from "./drift.ts";
import { normalize } from "./normalize.ts";
import { preview } from "./preview.ts";

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

    /** What it would make of the fields of an entry of ttlc:raw. Says what people said: for storage alone. */
    preview: {
      params: {
        type: "object",
        required: ["fields"],
        additionalProperties: false,
        properties: { fields: { type: "object", additionalProperties: { type: "string" } } },
      },
      handler({ params }) {
        return preview(params.fields as Record<string, string>, new Date());
      },
    },
  },
});
