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
import { ExportSeats, Seats } from "./seats.ts";
import { Traffic } from "./traffic.ts";
import { Sockets } from "./websocket.ts";

/** The only public face: REST, live feeds over Server-Sent Events and WebSocket, and the dashboard. */
export default defineService({
  name: "gateway",
  mixins: [streams, http, access],
  settings: { routes, dashboard: fileURLToPath(new URL("../../web/dist", import.meta.url)) },
  vars: () => ({
    feed: new LiveFeed(),
    seats: new Seats(),
    exports: new ExportSeats(),
    sockets: new Sockets(),
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
    this.seats.max = this.config.FEED_MAX_CLIENTS;
    this.seats.maxPerOwner = this.config.FEED_MAX_PER_KEY;
    this.sockets.accept(this);
    observeProcess();
    this.scrapes = await listenForScrapes(this);
  },

  stopped() {
    this.feed.close();
    this.sockets.close();
    this.scrapes?.close();
    this.scrapes?.closeAllConnections();
  },
});
