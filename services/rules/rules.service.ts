import type { ServiceBroker } from "moleculer";
import type { ServedEvent } from "../../contracts/api.ts";
import { type RedriveAnswer, redriveRequestSchema } from "../../contracts/letters.ts";
import type { ModerationTarget } from "../../contracts/moderation.ts";
import type { RuleDraft } from "../../contracts/rule.ts";
import { ask } from "../../lib/ask.ts";
import { defineService } from "../../lib/define-service.ts";
import { parseAllowList } from "../../lib/egress/allow-list.ts";
import { Egress, type EgressLimits, egressLimits } from "../../lib/egress/egress.ts";
import { KnownRoles } from "../../lib/known-roles.ts";
import { postgres } from "../../mixins/postgres.mixin.ts";
import { type Streams, streams } from "../../mixins/streams.mixin.ts";
import { getAction, listActions } from "./actions-log.ts";
import { Backtests } from "./backtests.ts";
import { RuleBook } from "./book.ts";
import { capabilitiesOf, roomActorOf } from "./capabilities.ts";
import { Changes } from "./changes.ts";
import { Counters } from "./counters.ts";
import { assertRule } from "./draft-error.ts";
import { eventSoon } from "./event-soon.ts";
import { explain } from "./explain.ts";
import type { Capabilities } from "./gate.ts";
import { capabilities, command, takeBack } from "./moderation.ts";
import { dismissAll, listOpen, resolve } from "./open.ts";
import { params } from "./params.ts";
import { Performer, type PerformLimits, performLimits } from "./performer.ts";
import { testRule } from "./prepare.ts";
import { redrive } from "./redrive.ts";
import { rehearse } from "./rehearse.ts";
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
import { tryOnPast } from "./trials.ts";
import { prune } from "./upkeep.ts";
import { rowsOf, type Tools, work } from "./work.ts";

/** Redis may have been away when somebody changed a rule: all of them are read again so often. */
const RELOAD_MS = 30_000;
/** How often old decisions are removed. */
const PRUNE_MS = 600_000;
/** Storage is waited for no longer, when it is asked what is known of senders; then the entries come again. */
const ROLES_MS = 2_000;

/** Decides what rules make of every event, writes it down, and acts. */
export default defineService({
  name: "rules",
  mixins: [streams, postgres],
  settings: {
    perform: {} as Partial<PerformLimits>,
    egress: {} as Partial<EgressLimits>,
    /** How long an event that somebody names is looked for until it is stored, in ms. */
    patienceMs: 2_000,
  },
  vars: () => ({
    book: new RuleBook(),
    changes: new Changes(),
    channels: new StreamChannels(),
    roles: new KnownRoles(),
    undone: new Map() as Tools["undone"],
    can: undefined as unknown as Capabilities,
    egress: undefined as unknown as Egress,
    counters: undefined as unknown as Counters,
    performer: undefined as unknown as Performer,
    backtests: new Backtests(),
    reloading: undefined as NodeJS.Timeout | undefined,
    pruning: undefined as NodeJS.Timeout | undefined,
    isStopping: false,
  }),

  consumes: {
    "ttlc:events": {
      group: "rules",
      async batch(entries) {
        for (const { message } of entries) this.channels.hear(message.event);
        await this.changes.heed(this.redis, () => reload(this));
        await work(toolsOf(this), entries);
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
      params: params.versions,
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
        return command(this, params, this.settings.patienceMs);
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
        const eventsOf = (keys: object[]) => this.broker.call<ServedEvent[], object>("storage.events", { keys });
        return listOpen(this.db, params, eventsOf);
      },
    },
    resolve: {
      params: params.resolve,
      handler({ params }) {
        return resolve(this.db, params);
      },
    },
    dismissAll: {
      params: params.dismissAll,
      handler({ params }) {
        return dismissAll(this.db, params);
      },
    },
    test: {
      params: params.test,
      /** Of a rule that is saved or a draft, and an event that is stored or given; null when there is no such. */
      async handler({ params }) {
        const { ruleId = "", eventId = "", scope } = params;
        const draft = params.draft ?? (await draftOf(this.db, { ruleId }));
        const { patienceMs } = this.settings;
        const event = params.event ?? (await eventSoon(this.broker, { eventId, scope }, patienceMs))?.event;
        return draft && event ? testRule(draft, event as unknown as ServedEvent) : null;
      },
    },
    trials: {
      params: params.trials,
      /** Of the same, and the last events of a session or a broadcast; null when there is no such. */
      async handler({ params: { ruleId = "", last: count, sessionId, streamId, ...given } }) {
        const draft = given.draft ?? (await draftOf(this.db, { ruleId }));
        const where = sessionId === undefined ? { streamId } : { sessionId };
        const latest = (which: object) =>
          this.broker.call<ServedEvent[] | null, object>("storage.latest", { ...which, ...where, count });
        return draft && tryOnPast(draft, latest);
      },
    },
    explain: {
      params: params.explain,
      async handler({ params }) {
        const found = await eventSoon(this.broker, params, this.settings.patienceMs);
        return found && explain(this.db, found);
      },
    },
    backtest: {
      params: params.backtest,
      /** Of a draft, a rule that is saved or a version of it; null when there is no such. */
      async handler({ params: { ruleId = "", version, sessionIds, by, ...given } }) {
        const draft = given.draft ?? (await draftOf(this.db, { ruleId, version }));
        if (!draft) return null;
        assertRule(draft);
        return this.backtests.start(draft, sessionIds, by);
      },
    },
    backtestStatus: {
      params: params.oneBacktest,
      handler({ params }) {
        return this.backtests.status(params.backtestId);
      },
    },
    cancelBacktest: {
      params: params.oneBacktest,
      handler({ params }) {
        return this.backtests.cancel(params.backtestId);
      },
    },
    /** A new secret for the webhooks of a channel's rules. */
    rotateSecret: {
      params: params.rotateSecret,
      handler({ params }) {
        return rotateSecret(this.db, params);
      },
    },
    redrive: {
      params: redriveRequestSchema,
      /** Takes dead letters of its own back. What a job calls. What is known of the present is not for them, nor learns of them. */
      async handler({ params }): Promise<RedriveAnswer> {
        const tools = toolsOf(this, await freshBook(this.db), new KnownRoles());
        return redrive(params.letters, (entries) => work(tools, entries));
      },
    },
    /** What that would do to one of them, without doing it. */
    rehearse: {
      params: params.rehearse,
      async handler({ params }) {
        const tools = toolsOf(this, await freshBook(this.db), new KnownRoles());
        return rehearse(this.db, params, (entry) => rowsOf({ ...tools, undone: new Map() }, [entry]));
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

  async started() {
    const limits = { ...egressLimits, ...this.settings.egress };
    const { db, logger } = this;
    this.egress = new Egress({ allow: parseAllowList(this.config.EGRESS_ALLOW), limits });
    this.counters = new Counters(this.broker.nodeID);
    const actor = roomActorOf(this.config, limits);
    this.can = capabilitiesOf(this.config, actor);
    this.performer = new Performer({
      ...{ db, logger, egress: this.egress, actor, counters: this.counters },
      limits: { ...performLimits, ...this.settings.perform },
    });
    this.backtests.use({
      ...{ redis: this.redis, logger, account: this.can.account },
      owner: async (streamId) =>
        (await this.broker.call<ModerationTarget | null, object>("storage.target", { streamId }))?.owner ?? null,
      session: (sessionId) => this.broker.call("storage.session", { sessionId }),
      sessionAccount: (sessionId) => this.broker.call("storage.sessionAccount", { sessionId }),
      boundary: () => this.broker.call("storage.boundary"),
      past: (question) => this.broker.call("storage.past", question),
    });
    await this.changes.inTurn(() => reload(this));
    this.performer.start();
    this.reloading = setInterval(() => {
      this.changes
        .inTurn(() => reload(this))
        .catch((err) => this.logger.warn({ err }, "the rules could not be read, those from before go on"));
    }, RELOAD_MS);
    this.pruning = setInterval(() => {
      prune(this.db, () => !this.isStopping).catch((err) => this.logger.warn({ err }, "old decisions stay for now"));
    }, PRUNE_MS);
  },

  async stopped() {
    this.isStopping = true;
    clearInterval(this.reloading);
    clearInterval(this.pruning);
    await this.backtests.stop();
    await this.performer?.stop();
  },
});

/** @throws what is wrong with the rule, or with the address that its webhooks go to */
async function assertSavable(egress: Egress, draft: RuleDraft): Promise<void> {
  assertRule(draft);
  if (draft.action.type === "webhook") await egress.check(draft.action.url);
}

/** It holds from the answer on, in all processes; while Redis is away, from when they read all rules again. */
async function changed({ redis, changes, logger }: Teller): Promise<void> {
  await changes.tell(redis).catch((err) => logger.warn({ err }, "a change of a rule holds half a minute later"));
}

type Teller = Pick<Streams, "redis"> & { changes: Changes; logger: { warn(...args: unknown[]): void } };

interface Host extends Pick<Tools, "db" | "undone" | "can" | "counters" | "performer"> {
  book: RuleBook;
  roles: KnownRoles;
  channels: StreamChannels;
  broker: ServiceBroker;
}

function toolsOf(host: Host, book = host.book, roles = host.roles): Tools {
  const { db, undone, can, counters, performer, channels, broker } = host;
  return {
    ...{ db, book, undone, can, counters, performer },
    channelOf: (streamId, position) =>
      channels.of(streamId, position, {
        belongs: (id) => ask(broker, "storage.belongs", { kind: "stream", id }),
        boundary: async () => (await ask<{ position: string }>(broker, "storage.boundary")).position,
      }),
    withRoles: (some, streamIds) =>
      roles.attach(
        some,
        (streamId) => streamIds.has(streamId),
        (streamId, userIds, through) =>
          broker.call("storage.roles", { streamId, userIds, through }, { timeout: ROLES_MS }),
        { mustKnow: true },
      ),
  };
}

/** It remembers nothing of what was decided. */
async function freshBook(db: Tools["db"]): Promise<RuleBook> {
  const book = new RuleBook();
  book.load(await runningRules(db));
  return book;
}

type Reader = Pick<Tools, "db" | "book"> & { logger: { error(...args: unknown[]): void } };

async function reload({ db, book, logger }: Reader): Promise<void> {
  const refused = book.load(await runningRules(db));
  if (refused.length > 0) logger.error({ rules: refused }, "rules that cannot be understood do nothing");
}
