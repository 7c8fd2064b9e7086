import { randomUUID } from "node:crypto";
import { type ConnectionPool, sql } from "@databases/pg";
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Role } from "../../contracts/access.ts";
import type { ErrorBody } from "../../contracts/api.ts";
import type { Config } from "../../contracts/config.ts";
import type { AuditEntry, Key } from "../../contracts/keys.ts";
import type { ReplayStatus } from "../../contracts/replay.ts";
import type { Rule } from "../../contracts/rule.ts";
import { packPosition, unpackPosition } from "../../lib/position.ts";
import brokerOptions from "../../moleculer.config.ts";
import forwarder from "../../services/forwarder/forwarder.service.ts";
import gateway from "../../services/gateway/gateway.service.ts";
import type { Gateway } from "../../services/gateway/gateway.ts";
import type { Route } from "../../services/gateway/route.ts";
import { table } from "../../services/gateway/routes.ts";
import type { TargetKind } from "../../services/gateway/scope.ts";
import rules from "../../services/rules/rules.service.ts";
import storage from "../../services/storage/storage.service.ts";
import { sha256 } from "../fixtures/events.ts";
import { testConfig } from "../support/config.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { openPool } from "../support/event-store.ts";
import { aRoom, fakeIngest, KEY, urlOf } from "../support/gateway.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { makeKey, makeTenants, type Tenant } from "../support/tenants.ts";

/*
 * Every route x every role x whose channel it is, against DESIGN.md section 8 as it is written out here once more, by
 * hand: a slip in services/gateway/rights.ts, or a route that forgets what it names, fails.
 */

/** Whose channel a request is about. Every key but the administrator's is made for `mine`. */
const channels = { mine: { simulated: false }, other: { simulated: false }, show: { simulated: true } };
type Whose = keyof typeof channels;

type Reach = "own" | "all" | "simulated";
type May = Partial<Record<Exclude<Role, "admin">, Reach>>;

const rooms: May = { streamer: "own", moderator: "own", viewer: "own", ops: "all", developer: "simulated" };
const connecting: May = { streamer: "own", ops: "all", developer: "simulated" };
const feed: May = { streamer: "own", moderator: "own", ops: "all", developer: "simulated", overlay: "own" };
const events: May = { streamer: "own", moderator: "own", ops: "all", developer: "simulated" };
const figures: May = { streamer: "own", moderator: "own", viewer: "own", developer: "simulated", overlay: "own" };
const manage: May = { streamer: "own", developer: "simulated" };
const rulesOfMine: May = { streamer: "own", moderator: "own", developer: "simulated" };
const audit: May = { streamer: "own", moderator: "own" };
const ledger: May = { streamer: "own", ops: "all", developer: "simulated" };
const pipeline: May = { ops: "all", developer: "simulated" };
const metrics: May = { ops: "all" };

/** Who may call a route, and what of its input names something of a channel, made anew for each request. */
interface Line {
  may: May | "anybody" | "whoever is known";
  naming?(of: Tenant): Promise<object> | object;
  /** It shows the ids that its readers asked for, also those that led them nowhere. */
  echoes?: true;
}

const keyOf = (kind: Key["kind"]) => async (tenant: Tenant) => {
  const role = kind === "overlay" ? "overlay" : "viewer";
  const { id } = await makeKey(broker, role, [tenant], { kind, name: tenant.keyName });
  return { id };
};
const someone = ({ people }: Tenant) => ({ id: people[0] });
const noteOf = async ({ channelId, people: [userId] }: Tenant) => {
  const author = { id: null, name: "test", role: "admin" };
  const note = { userId, channelId, scope: {}, text: "a note", author };
  const { noteId } = await broker.call<{ noteId: string }, object>("storage.addNote", note);
  return { id: userId, noteId };
};
const jobOf = async ({ sessionId }: Tenant) => {
  const replay = await broker.call<ReplayStatus, object>("storage.startReplay", { sessionId, speed: "max" });
  return { id: replay.sessionId };
};
const draft = {
  ...{ name: "test", enabled: true, eventType: "CHAT", matchAll: true, action: { type: "log", template: "x" } },
  ...{ cooldown: 0, perUserCooldown: 0, limits: {}, mode: "live" },
};
const destinationOf = async ({ channelId }: Tenant) => {
  const [row] = await pool.query(sql`
    with made as (
      insert into destinations (channel_id, name, url, envelope, event_filter, secrets, enabled, disabled_reason)
      values (${channelId}, 'test', 'https://192.0.2.1/', 'unified', '{}', '[]', false, 'BY_HAND') returning destination_id
    )
    insert into destination_cursors (destination_id, position) select destination_id, 0 from made returning destination_id`);
  return { id: row.destination_id };
};
const ruleOf = async ({ channelId }: Tenant) => {
  const { ruleId } = await broker.call<{ ruleId: string }, object>("rules.create", { channelId, draft, by: "test" });
  return { id: ruleId };
};
const promotableRuleOf = async (tenant: Tenant) => {
  const { id } = await ruleOf(tenant);
  const rule = await broker.call<Rule, object>("rules.shadow", { ruleId: id, draft, by: "test" });
  return { id, since: rule.shadow?.since };
};
const shadowedRuleOf = async (tenant: Tenant) => ({ id: (await promotableRuleOf(tenant)).id });
const sessionOf = ({ sessionId }: Tenant) => ({ sessionId });
const backtestOf = async ({ sessionId }: Tenant) => {
  const asked = { draft, sessionIds: [sessionId], by: randomUUID() };
  const { backtestId } = await broker.call<{ backtestId: string }, object>("rules.backtest", asked);
  return { id: backtestId };
};
const someoneThere = ({ people: [userId] }: Tenant) => ({ userId });
/** A command that was refused for want of means. */
const actionOf = async ({ channelId, streamId, sessionId }: Tenant) => {
  const [row] = await pool.query(sql`
    insert into actions_log (effect_key, channel_id, stream_id, session_id, user_id, type, measure, mode, state, reason,
      event_at, actor)
    values (gen_random_uuid()::text, ${channelId}, ${streamId}, ${sessionId}, '1', 'moderate', 'ban', 'live', 'skipped',
      'no_capability', now(), '{}')
    returning action_id`);
  return { id: row.action_id };
};
const eventOf = ({ streamId }: Tenant) => ({ id: sha256(`${streamId}:1:WebcastCHATMessage`) });
let letters = 0;
const letterOf = async ({ sessionId, streamId }: Tenant) => {
  const position = packPosition(`1790000000000-${++letters}`);
  await pool.query(sql`
    insert into dead_letters (position, stage, reason, error, payload, failed_at, session_id, stream_id)
    values (${String(position)}, 'normalizer', 'PARSE_ERROR', 'test', '{}', now(), ${sessionId}, ${streamId})`);
  return { id: unpackPosition(position) };
};
const letterJobOf = async ({ simulated, sessionId }: Tenant) => {
  const scope = simulated ? { simulated: true } : {};
  const wanted = { kind: "discard", filter: { sessionId }, scope, askedBy: "test", why: "test" };
  const { id } = await broker.call<{ id: string }, object>("storage.startLetterJob", wanted);
  return { id };
};
/** Whoever gives roles at all, gives this one. */
const aViewerOf = ({ channelId }: Tenant) => ({ role: "viewer", channelIds: [channelId] });

/** By the id of the route. To add one: who may call it, and `naming` if its `target` does not say what it names. */
const lines: Record<string, Line> = {
  getHome: { may: "anybody" },
  getApp: { may: "anybody" },
  getAppFile: { may: "anybody" },
  getDocs: { may: "anybody" },
  getOpenApi: { may: "anybody" },
  getAsyncApi: { may: "anybody" },
  getLiveness: { may: "anybody" },
  getHealth: { may: "anybody" },
  getReadiness: { may: "anybody" },
  getMeta: { may: "anybody" },
  logIn: { may: "anybody", naming: () => ({ key: KEY }) },
  getMe: { may: "whoever is known" },
  logOut: { may: "whoever is known" },
  createTicket: { may: "whoever is known" },
  getDrift: { may: pipeline },
  getMetrics: { may: metrics },
  listStreams: { may: rooms },
  getStream: { may: rooms },
  connectRoom: { may: connecting },
  disconnectRoom: { may: connecting },
  followStream: { may: feed },
  listSessions: { may: rooms },
  getSession: { may: rooms },
  listSessionEvents: { may: events },
  listStreamEvents: { may: events },
  exportSession: { may: events },
  exportStream: { may: events },
  getSessionAnalytics: { may: figures },
  getStreamAnalytics: { may: figures },
  getChannelAnalytics: { may: figures },
  listJobs: { may: manage },
  getJob: { may: manage, naming: jobOf },
  pauseJob: { may: manage, naming: jobOf },
  resumeJob: { may: manage, naming: jobOf },
  changeJob: { may: manage, naming: jobOf },
  stopJob: { may: manage, naming: jobOf },
  findUsers: { may: { ...events, ops: undefined } },
  getUser: { may: { ...events, ops: undefined }, naming: someone, echoes: true },
  listUserEvents: { may: { ...events, ops: undefined }, naming: someone },
  listNotes: { may: audit, naming: someone },
  addNote: { may: audit, naming: someone },
  removeNote: { may: audit, naming: noteOf },
  timeOutPerson: { may: audit, naming: someoneThere },
  banPerson: { may: audit, naming: someoneThere },
  undoAction: { may: audit, naming: async (tenant) => ({ actionId: (await actionOf(tenant)).id }) },
  getModerationCapabilities: { may: audit },
  listOpenActions: { may: audit },
  resolveAction: { may: audit, naming: async (tenant) => ({ actionId: (await actionOf(tenant)).id }) },
  listChannels: { may: rooms },
  getChannel: { may: rooms },
  getLedger: { may: ledger },
  replayStream: { may: manage },
  replaySession: { may: manage },
  getReplay: { may: manage },
  cancelReplay: { may: manage },
  listLetters: { may: pipeline },
  getLetter: { may: pipeline, naming: letterOf },
  redriveLetters: { may: pipeline },
  discardLetters: { may: pipeline },
  listLetterJobs: { may: pipeline },
  getLetterJob: { may: pipeline, naming: letterJobOf },
  cancelLetterJob: { may: pipeline, naming: letterJobOf },
  listDestinations: { may: manage },
  createDestination: { may: manage, naming: ({ channelId }) => ({ channelId }) },
  getDestination: { may: manage, naming: destinationOf },
  changeDestination: { may: manage, naming: destinationOf },
  deleteDestination: { may: manage, naming: destinationOf },
  testDestination: { may: manage, naming: destinationOf },
  rotateDestinationSecret: { may: manage, naming: destinationOf },
  enableDestination: { may: manage, naming: destinationOf },
  listDeliveries: { may: manage, naming: destinationOf },
  listRules: { may: rulesOfMine },
  createRule: { may: manage },
  testRule: { may: rulesOfMine },
  explainEvent: { may: rulesOfMine, naming: eventOf },
  backtestRule: { may: manage, naming: sessionOf },
  backtestSavedRule: { may: manage, naming: async (tenant) => ({ ...sessionOf(tenant), ...(await ruleOf(tenant)) }) },
  getBacktest: { may: manage, naming: backtestOf },
  cancelBacktest: { may: manage, naming: backtestOf },
  getRule: { may: rulesOfMine, naming: ruleOf },
  updateRule: { may: manage, naming: ruleOf },
  deleteRule: { may: manage, naming: ruleOf },
  shadowRule: { may: manage, naming: ruleOf },
  unshadowRule: { may: manage, naming: shadowedRuleOf },
  compareRule: { may: rulesOfMine, naming: shadowedRuleOf },
  promoteRule: { may: manage, naming: promotableRuleOf },
  listRuleVersions: { may: rulesOfMine, naming: ruleOf },
  listActions: { may: rulesOfMine },
  getAction: { may: rulesOfMine, naming: async (tenant) => ({ id: (await actionOf(tenant)).id }) },
  rotateRuleWebhookSecret: { may: manage, naming: ({ channelId }) => ({ channelId }) },
  listKeys: { may: manage },
  createKey: { may: manage, naming: aViewerOf },
  updateKey: { may: manage, naming: keyOf("program") },
  rotateKey: { may: manage, naming: keyOf("program") },
  revokeKey: { may: manage, naming: keyOf("program") },
  listTeam: { may: manage },
  addTeamMember: { may: manage, naming: aViewerOf },
  updateTeamMember: { may: manage, naming: keyOf("person") },
  rotateTeamMember: { may: manage, naming: keyOf("person") },
  removeTeamMember: { may: manage, naming: keyOf("person") },
  listOverlays: { may: manage },
  createOverlay: { may: manage },
  rotateOverlay: { may: manage, naming: keyOf("overlay") },
  revokeOverlay: { may: manage, naming: keyOf("overlay") },
  listAudit: { may: audit, echoes: true },
};

/** Who sees figures and no people, wherever they may look; an overlay sees the people of its event types. */
const blind: readonly Role[] = ["viewer", "ops"];
const callers = ["admin", "streamer", "moderator", "viewer", "ops", "developer", "overlay"] as const satisfies Role[];

let pool: ConnectionPool;
let redis: TestRedis;
let database: TestDatabase;
let config: Config;
let broker: ServiceBroker;
let url: string;
let tenants: Record<Whose, Tenant>;
let keys: Record<Role, string>;

type Action = (ctx: { params: { uniqueId: string } }) => unknown;

/** Ingest that has a room in every channel, and does as it is told without anything changing. */
const ingest = (): ServiceSchema => {
  const live = Object.entries(channels).map(([name, { simulated }]) =>
    aRoom({ uniqueId: `${name}.streamer`, streamId: `stream-of-${name}`, simulated }),
  );
  const { actions, ...rest } = fakeIngest(live);
  const connect: Action = ({ params }) => live.find(({ uniqueId }) => uniqueId === params.uniqueId);
  const replay = () => ({ sessionId: "00000000-0000-4000-8000-0000000000ee", state: "running" });
  return {
    ...rest,
    actions: {
      ...actions,
      ...{ connect, disconnect: connect, replay, replayStatus: replay, cancelReplay: replay },
      ...{ pauseReplay: replay, resumeReplay: replay, setReplaySpeed: replay },
    },
  };
};

beforeAll(async () => {
  redis = await startTestRedis();
  database = await createDatabase();
  config = testConfig({ REDIS_URL: redis.url, DATABASE_URL: database.url, TTLC_ADMIN_KEY: KEY, LOG_LEVEL: "fatal" });
  pool = openPool(database.url);
  await pool.query(sql`select ensure_week('2026-03-01')`);
  broker = new ServiceBroker(brokerOptions(config));
  for (const service of [storage, ingest(), rules, forwarder, gateway]) broker.createService(service);
  await broker.start();
  url = urlOf(broker);
  const { exports } = broker.getLocalService("gateway") as unknown as Gateway;
  Object.assign(exports, { max: 100, maxPerOwner: 100 }); // all callers ask for one of each channel, at once
  tenants = await makeTenants(broker, config, channels);
  for (const tenant of Object.values(tenants)) {
    for (const kind of ["program", "person", "overlay"] as const) {
      const { id } = await keyOf(kind)(tenant); // for lists to show, and for the audit
      const path = { program: "keys", person: "team", overlay: "overlays" }[kind];
      await fetch(`${url}/${path}/${id}/rotate`, { method: "POST", headers: { "x-api-key": KEY } });
    }
  }
  const made = callers.map(async (role) => {
    const own = ["admin", "ops", "developer"].includes(role) ? [] : [tenants.mine];
    return [role, role === "admin" ? KEY : (await makeKey(broker, role, own)).secret];
  });
  keys = Object.fromEntries(await Promise.all(made));
});

afterAll(async () => {
  await broker.stop();
  await pool.dispose();
  await database.drop();
  await redis.stop();
});

interface Answer {
  status: number;
  text: string;
}

/** Sends a route its example, about one channel. */
async function send(route: Route, line: Line, tenant: Tenant, key?: string): Promise<Answer> {
  const { target, example = {} } = route;
  const named = target ? { [target.field]: nameOf(tenant, target.kind) } : {};
  const input: Record<string, unknown> = { ...example, ...named, ...(await line.naming?.(tenant)) };
  const [method = "", pattern = ""] = route.path.split(" ");
  const path = pattern.replace(/[:*](\w+)/g, (_, name) => {
    const value = String(input[name] ?? "");
    delete input[name];
    return encodeURIComponent(value);
  });
  const inBody = ["POST", "PUT", "PATCH"].includes(method);
  const query = inBody ? "" : `?${new URLSearchParams(input as Record<string, string>)}`;
  const response = await fetch(url + path + query, {
    method,
    redirect: "manual",
    headers: {
      ...(key && { "x-api-key": key }),
      ...(inBody && { "content-type": "application/json" }),
      ...(route.versioned && { "if-match": '"1"' }),
    },
    ...(inBody && { body: JSON.stringify(input) }),
  });
  if (response.headers.get("content-type")?.startsWith("text/event-stream")) {
    await response.body?.cancel(); // it has no end
    return { status: response.status, text: "" };
  }
  return { status: response.status, text: await response.text() };
}

/** What goes by the name of `kind` in a channel. A kind that is not here is named by the line. */
function nameOf(tenant: Tenant, kind: TargetKind): string | undefined {
  const names: Partial<Record<TargetKind, string>> = {
    ...{ channel: tenant.channelId, stream: tenant.streamId, session: tenant.sessionId, streamer: tenant.uniqueId },
  };
  return names[kind];
}

/** What an answer says about the right to it. 409 and 503 come from behind the gate: not every part runs here. */
function verdict({ status }: Answer): string {
  if (status < 400 || status === 409 || status === 503) return "served";
  return { 401: "unknown caller", 403: "refused", 404: "not there" }[status] ?? `failed with ${status}`;
}

function expected(may: May, role: Role, whose: Whose | undefined): string {
  if (role === "admin") return "served";
  const reach = may[role];
  if (!reach) return "refused";
  const reached = reach === "all" || !whose || (reach === "own" ? whose === "mine" : channels[whose].simulated);
  return reached ? "served" : "not there";
}

/** Texts of channels that are none of this caller's business, and of people they may not see. */
function secretsFrom(role: Role, { echoes }: Line): string[] {
  const reached: Whose[] = role === "developer" ? ["show"] : ["mine"];
  const whose = Object.keys(channels) as Whose[];
  const foreign = ["admin", "ops"].includes(role) ? [] : whose.filter((each) => !reached.includes(each));
  const people = blind.includes(role) ? whose.flatMap((each) => tenants[each].people.slice(echoes ? 1 : 0)) : [];
  const marks = foreign.flatMap((each) => {
    const { marks, channelId, streamId, sessionId, uniqueId } = tenants[each];
    const ids = [channelId, streamId, sessionId, uniqueId];
    return echoes ? marks.filter((mark) => !ids.includes(mark)) : marks;
  });
  return [...marks, ...people];
}

it("the table of this test has every route", () => {
  const missing = table.filter(({ id }) => !(id in lines));
  const gone = Object.keys(lines).filter((name) => table.every(({ id }) => id !== name));
  expect([
    ...missing.map(
      ({ id, path }) => `${path} is missing: add "${id}: { may: … }" to \`lines\`, by the table of DESIGN.md section 8`,
    ),
    ...gone.map((name) => `There is no route ${name} any more: remove its line.`),
  ]).toEqual([]);
});

const known = table.flatMap((route) => {
  const line = lines[route.id];
  return line ? [{ ...route, line, route }] : [];
});

describe("open", () => {
  it.each(known.filter(({ line }) => line.may === "anybody"))("$path", async ({ route, line }) => {
    const { status } = await send(route, line, tenants.mine);
    expect([401, 403, 404]).not.toContain(status);
  });
});

describe("closed", () => {
  const closed = known.filter(({ line }) => line.may !== "anybody");

  it.each(closed)("$path", async ({ route, line }) => {
    const about = route.target || line.naming ? (Object.keys(channels) as Whose[]) : [undefined];
    const requests = callers.flatMap((role) => about.map((whose) => ({ role, whose })));
    const wrong = await Promise.all(
      requests.map(async ({ role, whose }) => {
        const answer = await send(route, line, tenants[whose ?? "mine"], keys[role]);
        const wanted = line.may === "whoever is known" ? "served" : expected(line.may as May, role, whose);
        const told = `${role}, ${whose ?? "no channel"}`;
        return [
          ...(verdict(answer) === wanted ? [] : [`${told}: ${verdict(answer)}, not ${wanted}: ${reasonOf(answer)}`]),
          ...secretsFrom(role, line).flatMap((text) =>
            answer.text.includes(text) ? [`${told} is told "${text}"`] : [],
          ),
        ];
      }),
    );
    const stranger = await send(route, line, tenants.mine);
    expect([...wrong.flat(), `a stranger: ${verdict(stranger)}`]).toEqual(["a stranger: unknown caller"]);
  });
});

describe("a change by an administrator is in the audit, with what it is about", () => {
  /** They change nothing that outlives who asks: the actor says it all, or for `testRule` nothing is changed. */
  const ofNothing = ["logIn", "logOut", "createTicket", "testRule"];
  /** Letters are of every channel at once: a matter of operators. */
  const ofNobody = ["redriveLetters", "discardLetters", "cancelLetterJob"];
  const changes = known.filter(({ path, id }) => !path.startsWith("GET ") && !ofNothing.includes(id));

  it.each(changes)("$id, and its streamer reads that", async ({ id, route, line }) => {
    await send(route, line, tenants.mine, KEY);
    const reader = ofNobody.includes(id) ? KEY : keys.streamer;
    const response = await fetch(`${url}/audit?action=${id}&actor=TTLC_ADMIN_KEY&limit=1`, {
      headers: { "x-api-key": reader },
    });
    const { items } = (await response.json()) as { items: AuditEntry[] };
    const channelIds = ofNobody.includes(id) ? [] : [tenants.mine.channelId];
    const isPreview = ["redriveLetters", "discardLetters"].includes(id);
    const target = isPreview ? null : { kind: expect.any(String), id: expect.any(String) };
    expect(items).toMatchObject([{ action: id, target, channelIds }]);
  });
});

/** For whoever reads why it failed. */
function reasonOf({ text }: Answer): string {
  try {
    const { error_code, message } = JSON.parse(text) as ErrorBody;
    return `${error_code} ${message ?? ""}`;
  } catch {
    return text.slice(0, 100);
  }
}

describe("lists show", () => {
  it.each([
    ["streamer", ["mine"]],
    ["moderator", ["mine"]],
    ["viewer", ["mine"]],
    ["developer", ["show"]],
    ["ops", ["mine", "other", "show"]],
    ["admin", ["mine", "other", "show"]],
  ] as const)("%s the channels of %j, and all of those", async (role, whose) => {
    for (const path of ["/streams", "/sessions"]) {
      const response = await fetch(url + path, { headers: { "x-api-key": keys[role] } });
      const { items } = (await response.json()) as { items: { streamId: string }[] };
      expect([...new Set(items.map(({ streamId }) => streamId))].sort()).toEqual(
        whose.map((each) => tenants[each].streamId).sort(),
      );
    }
  });
});
