import { defineService } from "../../lib/define-service.ts";
import { streams } from "../../mixins/streams.mixin.ts";
import { normalize } from "./normalize.ts";

/** Turns TikTok's messages into canonical events. Holds no state: run as many as you like. */
export default defineService({
  name: "normalizer",
  mixins: [streams],
  consumes: {
    "ttlc:raw": { group: "normalizer", to: "ttlc:events", map: (raw) => normalize(raw, new Date()) },
  },
});
