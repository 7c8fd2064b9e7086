import type { Service } from "moleculer";
import type { Config } from "../../contracts/config.ts";
import type { Streams } from "../../mixins/streams.mixin.ts";
import type { LiveFeed } from "./live-feed.ts";
import type { ExportSeats, Seats } from "./seats.ts";
import type { Traffic } from "./traffic.ts";

/** The gateway as its handlers see it. */
export interface Gateway extends Pick<Service, "broker" | "logger">, Streams {
  config: Config;
  settings: {
    /** Folder of the built dashboard. */
    dashboard: string;
  };
  feed: LiveFeed;
  /** The connections that carry it. */
  seats: Seats;
  exports: ExportSeats;
  /** Changes that are missing in the audit since the start, for /metrics. */
  audit: { failures: number };
  traffic: Traffic;
  /** This process is going: it serves to the end, but nobody new should be sent here. */
  isStopping: boolean;
}
