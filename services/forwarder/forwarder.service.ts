import { ask } from "../../lib/ask.ts";
import { defineService } from "../../lib/define-service.ts";
import { parseAllowList } from "../../lib/egress/allow-list.ts";
import { Egress, type EgressLimits, egressLimits } from "../../lib/egress/egress.ts";
import { StreamChannels } from "../../lib/stream-channels.ts";
import { postgres } from "../../mixins/postgres.mixin.ts";
import { streams } from "../../mixins/streams.mixin.ts";
import { Counters } from "./counters.ts";
import { addressOf, change, create, deliveries, list, one, remove, resume, rotate } from "./destinations.ts";
import { Letters } from "./letters.ts";
import { News } from "./news.ts";
import { newsOf } from "./news-of.ts";
import { type Pace, pace } from "./pace.ts";
import { params } from "./params.ts";
import { presentPosition } from "./present.ts";
import { redrive } from "./redrive.ts";
import { rehearse } from "./rehearse.ts";
import { Senders } from "./senders.ts";
import { storedEvents } from "./source.ts";
import { sendTest } from "./test-message.ts";
import { states } from "./upkeep.ts";

const DAY_MS = 24 * 3_600_000;

/**
 * Sends the events of a channel to where its streamer wants them: signed webhooks, in order, each batch until it is taken.
 * Of Postgres it writes its own tables only.
 */
export default defineService({
  name: "forwarder",
  mixins: [streams, postgres],
  settings: { pace: {} as Partial<Pace>, egress: {} as Partial<EgressLimits> },
  vars: () => ({
    news: new News(),
    channels: new StreamChannels(),
    egress: undefined as unknown as Egress,
    counters: undefined as unknown as Counters,
    senders: undefined as unknown as Senders,
  }),

  consumes: {
    "ttlc:events": {
      group: "forwarder",
      isStored: true,
      /** Every destination has a cursor in Postgres below these entries, so that they are owed without the stream. */
      async batch(entries) {
        const news = await newsOf(entries, this.channels, (id) =>
          ask(this.broker, "storage.belongs", { kind: "stream", id }),
        );
        this.news.hear(news);
        await this.broker.broadcast("forwarder.news", news, ["forwarder"]);
      },
    },
  },

  actions: {
    list: {
      params: params.list,
      handler({ params }) {
        return list(this.db, params);
      },
    },
    one: {
      params: params.one,
      handler({ params }) {
        return one(this.db, params.destinationId);
      },
    },
    create: {
      params: params.create,
      async handler({ params }) {
        await this.egress.check(params.url);
        const present = await presentPosition(this.redis, storedEvents(this.broker));
        return create(this.db, params, present, new Date());
      },
    },
    change: {
      params: params.change,
      async handler({ params }) {
        if (params.url !== undefined) await this.egress.check(params.url);
        return change(this.db, params);
      },
    },
    resume: {
      params: params.resume,
      handler({ params }) {
        return resume(this.db, params, () => presentPosition(this.redis, storedEvents(this.broker)));
      },
    },
    remove: {
      params: params.one,
      handler({ params }) {
        return remove(this.db, params.destinationId);
      },
    },
    rotate: {
      params: params.rotate,
      handler({ params }) {
        return rotate(this.db, params, new Date());
      },
    },
    /** Sends a made-up event there, once. */
    test: {
      params: params.one,
      timeout: 15_000,
      async handler({ params }) {
        return sendTest(this.egress, await addressOf(this.db, params.destinationId), new Date());
      },
    },
    deliveries: {
      params: params.deliveries,
      handler({ params }) {
        return deliveries(this.db, params);
      },
    },
    /** Sends refused batches again: dead letters of the stage `forwarder` name them in their payload. */
    redrive: {
      params: params.redrive,
      handler({ params }) {
        return redrive(this.db, params);
      },
    },
    /** What that would do to one letter. */
    rehearse: {
      params: params.letter,
      handler({ params }) {
        return rehearse(this.db, storedEvents(this.broker), params);
      },
    },
    /** How many destinations are in which state, for the gateway's metrics and alarms. */
    states: {
      params: params.none,
      handler() {
        return states(this.db);
      },
    },
    /** What this process counted. */
    counted: {
      params: params.none,
      handler() {
        return this.counters.asJSON();
      },
    },
  },

  events: {
    "forwarder.news"({ params }: { params: Record<string, string> }) {
      (this as unknown as { news: News }).news.hear(params);
    },
  },

  started() {
    const limits = { ...egressLimits, ...this.settings.egress };
    this.egress = new Egress({ allow: parseAllowList(this.config.EGRESS_ALLOW), logger: this.logger, limits });
    this.counters = new Counters(this.broker.nodeID);
    this.senders = new Senders({
      db: this.db,
      letters: new Letters(this.db, this.redis),
      source: storedEvents(this.broker),
      egress: this.egress,
      news: this.news,
      counters: this.counters,
      pace: { giveUpMs: this.config.FORWARD_GIVE_UP_DAYS * DAY_MS, ...pace, ...this.settings.pace },
      attemptMs: limits.totalMs,
      logger: this.logger,
    });
    this.senders.start();
  },

  async stopped() {
    await this.senders?.stop();
  },
});
