import type { ServiceBroker } from "moleculer";
import type { ServedEvent } from "../../contracts/api.ts";
import type { RuleAction } from "../../contracts/rule.ts";
import { defineService } from "../../lib/define-service.ts";
import { KnownRoles } from "../../lib/known-roles.ts";
import { postgres } from "../../mixins/postgres.mixin.ts";
import { streams } from "../../mixins/streams.mixin.ts";
import { lastFirings, listActions } from "./actions-log.ts";
import { backtestStatus, startBacktest } from "./backtests.ts";
import { RuleBook } from "./book.ts";
import { assertRule } from "./draft-error.ts";
import { params } from "./params.ts";
import { testRule } from "./prepare.ts";
import { createRule, enabledRules, getRule, listRules, removeRule, ruleVersions, updateRule } from "./store.ts";
import { StreamChannels } from "./stream-channels.ts";
import { type Tools, work } from "./work.ts";

/** Somebody's change of a rule may not have been heard: all of them are read again so often. */
const RELOAD_MS = 30_000;
/** An event waits no longer for what storage knows of its sender. */
const ROLES_MS = 2_000;

/** Decides what rules make of every event, writes it down, and acts. */
export default defineService({
  name: "rules",
  mixins: [streams, postgres],
  vars: () => ({
    book: new RuleBook(),
    channels: new StreamChannels(),
    roles: new KnownRoles(),
    undone: new Map() as Tools["undone"],
    can: new Set<RuleAction["type"]>(["log"]),
    reloading: undefined as NodeJS.Timeout | undefined,
  }),

  consumes: {
    "ttlc:events": {
      group: "rules",
      async batch(entries) {
        const { db, book, undone, can, channels, roles, broker } = this;
        for (const { message } of entries) channels.hear(message.event);
        const tools: Tools = {
          ...{ db, book, undone, can },
          channelOf: (streamId) =>
            channels.of(streamId, (id) => broker.call("storage.belongs", { kind: "stream", id })),
          withRoles: (some, streamIds) =>
            roles.attach(
              some,
              (streamId) => streamIds.has(streamId),
              (streamId, userIds, through) =>
                broker.call("storage.roles", { streamId, userIds, through }, { timeout: ROLES_MS }),
            ),
        };
        await work(tools, entries);
      },
    },
  },

  actions: {
    list: {
      params: params.list,
      handler({ params }) {
        return listRules(this.db, params);
      },
    },
    get: {
      params: params.rule,
      handler({ params }) {
        return getRule(this.db, params);
      },
    },
    versions: {
      params: params.rule,
      handler({ params }) {
        return ruleVersions(this.db, params);
      },
    },
    create: {
      params: params.create,
      async handler({ params }) {
        assertRule(params.draft);
        const rule = await createRule(this.db, params);
        if (rule) await changed(this);
        return rule;
      },
    },
    update: {
      params: params.update,
      async handler({ params }) {
        assertRule(params.draft);
        const rule = await updateRule(this.db, params);
        if (rule) await changed(this);
        return rule;
      },
    },
    remove: {
      params: params.remove,
      async handler({ params }) {
        const isRemoved = await removeRule(this.db, params);
        if (isRemoved) await changed(this);
        return isRemoved;
      },
    },
    actions: {
      params: params.actions,
      handler({ params }) {
        return listActions(this.db, params);
      },
    },
    test: {
      params: params.test,
      handler({ params }) {
        return testRule(params.draft, params.event as unknown as ServedEvent);
      },
    },
    backtest: {
      params: params.backtest,
      async handler({ params: { draft, sessionId } }) {
        assertRule(draft);
        const tools = {
          redis: this.redis,
          account: (sessionId: string) => this.broker.call<never, object>("storage.sessionAccount", { sessionId }),
          history: (question: object) => this.broker.call<never, object>("storage.history", question),
        };
        const { begun, ended } = await startBacktest(tools, draft, sessionId);
        ended.catch((err) => this.logger.warn({ err, backtestId: begun.backtestId }, "a backtest failed"));
        return begun;
      },
    },
    backtestStatus: {
      params: params.backtestStatus,
      handler({ params }) {
        return backtestStatus(this.redis, params.backtestId);
      },
    },
  },

  events: {
    async "rules.changed"() {
      await reload(this);
    },
  },

  async started() {
    await reload(this);
    this.reloading = setInterval(() => {
      reload(this).catch((err) => this.logger.warn({ err }, "the rules could not be read, those from before go on"));
    }, RELOAD_MS);
  },

  stopped() {
    clearInterval(this.reloading);
  },
});

/** It holds here from the answer on, and in other processes a moment later. */
async function changed(service: Reader & { broker: ServiceBroker }): Promise<void> {
  await reload(service);
  await service.broker.broadcast("rules.changed");
}

type Reader = Pick<Tools, "db" | "book"> & { logger: { error(...args: unknown[]): void } };

async function reload({ db, book, logger }: Reader): Promise<void> {
  const [rules, firings] = await Promise.all([enabledRules(db), lastFirings(db)]);
  const refused = book.load(rules, firings);
  if (refused.length > 0) logger.error({ rules: refused }, "rules that cannot be understood do nothing");
}
