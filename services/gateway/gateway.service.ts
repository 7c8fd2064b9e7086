import { fileURLToPath } from "node:url";
import type { RoomStatus } from "../../contracts/room.ts";
import { defineService } from "../../lib/define-service.ts";
import { KnownRoles } from "../../lib/known-roles.ts";
import { STOPPING } from "../../lib/stop-in-order.ts";
import { streams } from "../../mixins/streams.mixin.ts";
import { access } from "./access.ts";
import { askRoles, feedSource } from "./feed-source.ts";
import { http } from "./http.ts";
import { LiveFeed } from "./live-feed.ts";
import { observeProcess } from "./metrics.ts";
import { RateLimit } from "./rate-limit.ts";
import { routes } from "./routes.ts";

/** The only public face: REST, the live feed over Server-Sent Events, and the dashboard. */
export default defineService({
  name: "gateway",
  mixins: [streams, http, access],
  settings: { routes, dashboard: fileURLToPath(new URL("../../web/dist", import.meta.url)) },
  vars: () => ({
    feed: new LiveFeed(),
    roles: new KnownRoles(),
    logins: new RateLimit({ burst: 10, perMinute: 10 }),
    isStopping: false,
  }),

  consumes: {
    "ttlc:events": {
      tail: "api",
      async batch(entries) {
        const isHeard = (streamId: string) => this.feed.isHeard(streamId);
        this.feed.deliver(await this.roles.attach(entries, isHeard, askRoles(this)));
      },
      catchUp() {
        this.roles.forget();
        return this.feed.catchUp(feedSource(this));
      },
    },
  },

  events: {
    "room.changed"(ctx) {
      this.feed.show(ctx.params as RoomStatus);
    },
    [STOPPING]() {
      this.isStopping = true;
    },
  },

  started() {
    this.feed.maxClients = this.config.FEED_MAX_CLIENTS;
    observeProcess();
  },

  stopped() {
    this.feed.close();
  },
});
