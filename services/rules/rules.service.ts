import type { ServiceBroker } from "moleculer";
import type { ServedEvent } from "../../contracts/api.ts";
import type { RuleDraft } from "../../contracts/rule.ts";
import { defineService } from "../../lib/define-service.ts";
import { parseAllowList } from "../../lib/egress/allow-list.ts";
import { Egress, type EgressLimits, egressLimits } from "../../lib/egress/egress.ts";
import { KnownRoles } from "../../lib/known-roles.ts";
import { postgres } from "../../mixins/postgres.mixin.ts";
import { streams } from "../../mixins/streams.mixin.ts";
import { getAction, lastFirings, listActions } from "./actions-log.ts";
import { backtestStatus, startBacktest } from "./backtests.ts";
import { RuleBook } from "./book.ts";
import { capabilitiesOf, eulerOf } from "./capabilities.ts";
import { Counters } from "./counters.ts";
import { assertRule } from "./draft-error.ts";
import { explain } from "./explain.ts";
import type { Capabilities } from "./gate.ts";
import { capabilities, command, takeBack } from "./moderation.ts";
import { listOpen, resolve } from "./open.ts";
import { params } from "./params.ts";
import { Performer, type PerformLimits, performLimits } from "./performer.ts";
import { testRule } from "./prepare.ts";
import { rotateSecret } from "./secrets.ts";
import { diff, dropShadow, promoteShadow, setShadow } from "./shadow.ts";
import {
  createRule,
  draftOf,
  getRule,
  listRules,
  removeRule,
  ruleVersions,
  runningRules,
  updateRule,
} from "./store.ts";
import { StreamChannels } from "./stream-channels.ts";
import { type Tools, work } from "./work.ts";

/** Somebody's change of a rule may not have been heard: all of them are read again so often. */
const RELOAD_MS = 30_000;
/** An event waits no longer for what storage knows of its sender. */
const ROLES_MS = 2_000;

/** An event with its channel, as storage answers. */
type Placed = { event: ServedEvent; channelId: string | null } | null;

/** Decides what rules make of every event, writes it down, and acts. */
export default defineService({
  name: "rules",
  mixins: [streams, postgres],
  settings: { perform: {} as Partial<PerformLimits>, egress: {} as Partial<EgressLimits> },
  vars: () => ({
    book: new RuleBook(),
    channels: new StreamChannels(),
    roles: new KnownRoles(),
    undone: new Map() as Tools["undone"],
    can: undefined as unknown as Capabilities,
    egress: undefined as unknown as Egress,
    counters: undefined as unknown as Counters,
    performer: undefined as unknown as Performer,
    reloading: undefined as NodeJS.Timeout | undefined,
  }),

  consumes: {
    "ttlc:events": {
      group: "rules",
      async batch(entries) {
        const { db, book, undone, can, counters, performer, channels, roles, broker } = this;
        for (const { message } of entries) channels.hear(message.event);
        const tools: Tools = {
          ...{ db, book, undone, can, counters, performer },
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
        await assertSavable(this.egress, params.draft);
        const rule = await createRule(this.db, params);
        if (rule) await changed(this);
        return rule;
      },
    },
    update: {
      params: params.update,
      async handler({ params }) {
        await assertSavable(this.egress, params.draft);
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
    shadow: {
      params: params.shadow,
      async handler({ params }) {
        assertRule(params.draft);
        await assertSavable(this.egress, params.draft);
        const rule = await setShadow(this.db, params);
        if (rule) await changed(this);
        return rule;
      },
    },
    unshadow: {
      params: params.rule,
      async handler({ params }) {
        const isDropped = await dropShadow(this.db, params);
        if (isDropped) await changed(this);
        return isDropped;
      },
    },
    diff: {
      params: params.diff,
      handler({ params }) {
        return diff(this.db, params, new Date());
      },
    },
    promote: {
      params: params.promote,
      async handler({ params }) {
        const rule = await promoteShadow(this.db, params);
        if (rule) await changed(this);
        return rule;
      },
    },
    actions: {
      params: params.actions,
      handler({ params }) {
        return listActions(this.db, params);
      },
    },
    action: {
      params: params.action,
      handler({ params }) {
        return getAction(this.db, params.actionId);
      },
    },
    /** Does something to a person in a room because somebody says so. */
    command: {
      params: params.command,
      handler({ params }) {
        return command(this, params);
      },
    },
    undo: {
      params: params.undo,
      handler({ params }) {
        return takeBack(this, params);
      },
    },
    capabilities: {
      params: params.capabilities,
      handler({ params }) {
        return capabilities(this, params);
      },
    },
    open: {
      params: params.open,
      handler({ params }) {
        return listOpen(this.db, params);
      },
    },
    resolve: {
      params: params.resolve,
      handler({ params }) {
        return resolve(this.db, params);
      },
    },
    test: {
      params: params.test,
      /** Of a rule that is saved or a draft, and an event that is stored or given; null when there is no such. */
      async handler({ params }) {
        const { ruleId = "", eventId = "", scope } = params;
        const draft = params.draft ?? (await draftOf(this.db, { ruleId }));
        const event =
          params.event ?? (await this.broker.call<Placed, object>("storage.event", { eventId, scope }))?.event;
        return draft && event ? testRule(draft, event as unknown as ServedEvent) : null;
      },
    },
    explain: {
      params: params.explain,
      async handler({ params }) {
        const found = await this.broker.call<Placed, object>("storage.event", params);
        return found && explain(this.db, found);
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
    /** A new secret for the webhooks of a channel's rules. */
    rotateSecret: {
      params: params.rotateSecret,
      handler({ params }) {
        return rotateSecret(this.db, params);
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
    async "rules.changed"() {
      await reload(this);
    },
  },

  async started() {
    const limits = { ...egressLimits, ...this.settings.egress };
    const { db, logger } = this;
    this.egress = new Egress({ allow: parseAllowList(this.config.EGRESS_ALLOW), limits });
    this.counters = new Counters(this.broker.nodeID);
    const euler = eulerOf(this.config, limits);
    this.can = capabilitiesOf(this.config, euler);
    this.performer = new Performer({
      ...{ db, logger, egress: this.egress, euler, counters: this.counters },
      limits: { ...performLimits, ...this.settings.perform },
    });
    await reload(this);
    this.performer.start();
    this.reloading = setInterval(() => {
      reload(this).catch((err) => this.logger.warn({ err }, "the rules could not be read, those from before go on"));
    }, RELOAD_MS);
  },

  async stopped() {
    clearInterval(this.reloading);
    await this.performer?.stop();
  },
});

/** @throws what is wrong with the rule, or with the address that its webhooks go to */
async function assertSavable(egress: Egress, draft: RuleDraft): Promise<void> {
  assertRule(draft);
  if (draft.action.type === "webhook") await egress.check(draft.action.url);
}

/** It holds here from the answer on, and in other processes a moment later. */
async function changed(service: Reader & { broker: ServiceBroker }): Promise<void> {
  await reload(service);
  await service.broker.broadcast("rules.changed");
}

type Reader = Pick<Tools, "db" | "book"> & { logger: { error(...args: unknown[]): void } };

async function reload({ db, book, logger }: Reader): Promise<void> {
  const rules = await runningRules(db);
  const firings = await lastFirings(
    db,
    rules.map(({ ruleId }) => ruleId),
  );
  const refused = book.load(rules, firings);
  if (refused.length > 0) logger.error({ rules: refused }, "rules that cannot be understood do nothing");
}
