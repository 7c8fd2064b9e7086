import type { Server } from "node:http";
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
import { routes } from "./routes.ts";
import { listenForScrapes } from "./scrape.ts";
import { Traffic } from "./traffic.ts";

/** The only public face: REST, the live feed over Server-Sent Events, and the dashboard. */
export default defineService({
  name: "gateway",
  mixins: [streams, http, access],
  settings: { routes, dashboard: fileURLToPath(new URL("../../web/dist", import.meta.url)) },
  vars: () => ({
    feed: new LiveFeed(),
    roles: new KnownRoles(),
    audit: { failures: 0 },
    traffic: new Traffic(),
    isStopping: false,
    scrapes: undefined as Server | undefined,
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

  async started() {
    this.feed.maxClients = this.config.FEED_MAX_CLIENTS;
    observeProcess();
    this.scrapes = await listenForScrapes(this);
  },

  stopped() {
    this.feed.close();
    this.scrapes?.close();
    this.scrapes?.closeAllConnections();
  },
});
