import { randomUUID } from "node:crypto";
import { type ConnectionPool, sql } from "@databases/pg";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { ServedEvent } from "../../contracts/api.ts";
import type { RuleDraft } from "../../contracts/rule.ts";
import { explain } from "../../services/rules/explain.ts";
import { diff, setShadow } from "../../services/rules/shadow.ts";
import { createRule, getRule, removeRule, ruleVersions, runningRules, updateRule } from "../../services/rules/store.ts";
import { prune, pruneRules } from "../../services/rules/upkeep.ts";
import { makeEvent } from "../fixtures/events.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { asOwner, openPool } from "../support/event-store.ts";

let database: TestDatabase;
let db: ConnectionPool;
let channelId: string;
let channels = 0;

beforeAll(async () => {
  database = await createDatabase();
  db = openPool(database.url);
});
afterAll(async () => {
  await db.dispose();
  await database.drop();
});
beforeEach(async () => {
  channelId = await asOwner(db, async (tx) => {
    const [row] = await tx.query(sql`
      insert into channels (simulated, unique_id) values (false, ${`streamer${++channels}`}) returning channel_id`);
    return row.channel_id;
  });
});

const draft: RuleDraft = {
  ...{ name: "test", enabled: true, eventType: "GIFT", matchAll: true, condition: null },
  ...{ action: { type: "log", template: "x" }, cooldown: 0, perUserCooldown: 0, limits: {}, mode: "live" },
};
async function save(): Promise<string> {
  const rule = await createRule(db, { channelId, draft, by: "test" });
  return rule?.ruleId as string;
}

it("a channel has no more than 200 rules, those that are deleted left out", async () => {
  const ruleId = await save();
  await db.query(sql`
    insert into rules (channel_id, version, draft)
    select ${channelId}, 1, ${JSON.stringify(draft)}::jsonb from generate_series(1, 198)`);
  const saved = await Promise.allSettled([save(), save(), save()]);
  expect(saved.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected", "rejected"]);
  await expect(save()).rejects.toMatchObject({ code: 409, type: "TOO_MANY_RULES" });
  await db.query(sql`update rules set deleted_at = now() where rule_id = ${ruleId}`);
  await expect(save()).resolves.toEqual(expect.any(String));
});

it("versions are listed page by page", async () => {
  const ruleId = await save();
  for (let version = 1; version < 5; version++) await updateRule(db, { ruleId, draft, version, by: "test" });
  const seen: number[][] = [];
  for (let after: string | null | undefined; after !== null; ) {
    const page = await ruleVersions(db, { ruleId, after, limit: 2 });
    seen.push(page.items.map(({ version }) => version));
    after = page.next;
  }
  expect(seen).toEqual([[5, 4], [3, 2], [1]]);
});

it("a rule tells how often it acted or would have, without the shadow beside it", async () => {
  const ruleId = await save();
  const add = (mode: string, state: string, reason: string | null, ago: string) =>
    db.query(sql`
      insert into actions_log (effect_key, rule_id, rule_version, channel_id, stream_id, session_id, event_id, type, mode,
        state, reason, event_at, decided_at)
      values (${randomUUID()}, ${ruleId}, 1, ${channelId}, 's', ${randomUUID()}, ${randomUUID()}, 'announce', ${mode},
        ${state}, ${reason}, now() - ${ago}::interval, now() - ${ago}::interval)`);
  const fired = async () => {
    const { fired24h, lastFiredAt } = (await getRule(db, { ruleId })) ?? {};
    return [fired24h, lastFiredAt && Math.round((Date.now() - Date.parse(lastFiredAt)) / 3_600_000)];
  };
  expect(await fired()).toEqual([0, null]);
  await add("live", "skipped", "no_capability", "25 hours");
  expect(await fired()).toEqual([0, 25]);
  await add("live", "done", null, "4 hours");
  await add("live", "skipped", "no_capability", "3 hours");
  await add("dry_run", "skipped", "dry_run", "2 hours");
  for (const reason of ["cooldown", "stale", "limit"]) await add("live", "skipped", reason, "1 hour");
  await add("shadow", "skipped", "shadow", "1 hour");
  expect(await fired()).toEqual([3, 2]);
  await updateRule(db, { ruleId, draft: { ...draft, mode: "shadow" }, version: 1, by: "test" });
  expect(await fired()).toEqual([4, 1]);
});

/** Versions from 2 on, of a rule that has one. */
const addVersions = async (ruleId: string, count: number, age = "1 minute") => {
  await db.query(sql`
    insert into rule_versions (rule_id, version, draft, made_by, made_at)
    select ${ruleId}, v, ${JSON.stringify(draft)}::jsonb, 'test', now() - ${age}::interval + v * interval '1 ms'
    from generate_series(2, ${count}) v`);
  await db.query(sql`update rules set version = ${count} where rule_id = ${ruleId}`);
};

const made = (ruleId: string, version: number, age: string) =>
  asOwner(db, (tx) =>
    tx.query(sql`
      update rule_versions set made_at = now() - ${age}::interval where rule_id = ${ruleId} and version = ${version}`),
  );

it("the last twenty versions of a rule are asked, as far as they ended within a day, each in its time", async () => {
  const [often, once, gone] = [await save(), await save(), await save()];
  await addVersions(often, 30);
  await addVersions(once, 3, "2 days");
  await removeRule(db, { ruleId: gone, version: 1 });
  await db.query(sql`update rules set deleted_at = now() - interval '25 hours' where rule_id = ${gone}`);
  const running = (await runningRules(db)).filter((rule) => rule.channelId === channelId);
  const ofRule = (ruleId: string) => running.filter((rule) => rule.ruleId === ruleId);
  expect(ofRule(often).map(({ version }) => version)).toEqual(Array.from({ length: 20 }, (_, i) => i + 11));
  expect(ofRule(often).map(({ until }) => until)).toEqual([
    ...ofRule(often)
      .slice(1)
      .map(({ since }) => since),
    null,
  ]);
  expect(ofRule(once)).toMatchObject([{ version: 3, until: null }]);
  expect(ofRule(gone)).toEqual([]);
});

it("the rules of a channel are saved no more than 300 times in an hour", async () => {
  const [ruleId, other] = [await save(), await save()];
  await addVersions(ruleId, 298);
  await updateRule(db, { ruleId: other, draft, version: 1, by: "test" });
  const refused = { code: 429, type: "TOO_MANY_SAVES" };
  await expect(updateRule(db, { ruleId: other, draft, version: 2, by: "test" })).rejects.toMatchObject(refused);
  await expect(save()).rejects.toMatchObject(refused);
  await made(other, 2, "61 minutes");
  await expect(updateRule(db, { ruleId: other, draft, version: 2, by: "test" })).resolves.toMatchObject({ version: 3 });
});

it("versions beyond the last hundred go once no decision is kept of their time, deleted rules once none tells of them", async () => {
  const [often, acted, idle, fresh] = [await save(), await save(), await save(), await save()];
  await addVersions(often, 110, "2 days");
  for (let version = 1; version <= 5; version++) await made(often, version, `${100 - version} days`);
  const decide = (ruleId: string, version: number) =>
    db.query(sql`
    insert into actions_log (effect_key, rule_id, rule_version, channel_id, stream_id, session_id, event_id, type, mode,
      state, event_at)
    values (${randomUUID()}, ${ruleId}, ${version}, ${channelId}, 's', ${randomUUID()}, ${randomUUID()}, 'log', 'live',
      'done', now())`);
  await decide(acted, 1);
  for (const ruleId of [acted, idle, fresh]) await removeRule(db, { ruleId, version: 1 });
  await db.query(sql`
    update rules set deleted_at = now() - interval '8 days' where rule_id = any(${[acted, idle]}::uuid[])`);
  expect(await pruneRules(db, () => false)).toBe(0);
  await pruneRules(db, () => true);
  const kept = async (ruleId: string): Promise<number[]> => {
    const rows = await db.query(sql`select version from rule_versions where rule_id = ${ruleId} order by version`);
    return rows.map(({ version }) => version);
  };
  expect(await kept(often)).toEqual(Array.from({ length: 106 }, (_, i) => i + 5));
  expect([await kept(acted), await kept(idle), await kept(fresh)]).toEqual([[1], [], [1]]);
  expect(await db.query(sql`select 1 from rules where rule_id = ${idle}`)).toEqual([]);
});

it("what a version was that is no more kept is not guessed from those before it", async () => {
  const ruleId = await save();
  await addVersions(ruleId, 5);
  await db.query(sql`update rules set created_at = now() - interval '1 hour' where rule_id = ${ruleId}`);
  await made(ruleId, 1, "50 minutes");
  const whyAt = async (minutesAgo: number) => {
    const ingestedAt = new Date(Date.now() - minutesAgo * 60_000).toISOString();
    const event = makeEvent("GIFT", { ingestedAt }) as ServedEvent;
    const { rules } = await explain(db, { event, channelId });
    return rules.map(({ why, versionThen }) => [why, versionThen]);
  };
  expect(await whyAt(40)).toEqual([["not_recorded", 1]]);
  expect(await whyAt(70)).toEqual([["made_later", null]]);
  await db.query(sql`delete from rule_versions where rule_id = ${ruleId} and version = 2`);
  expect(await whyAt(40)).toEqual([["not_recorded", null]]);
  await db.query(sql`delete from rule_versions where rule_id = ${ruleId} and version = 1`);
  expect(await whyAt(40)).toEqual([["not_recorded", null]]);
  expect(await whyAt(0)).toEqual([["not_recorded", 5]]);
});

it("a shadow is compared as far back as what it was is kept", async () => {
  const ruleId = await save();
  await setShadow(db, { ruleId, draft, by: "test" });
  await db.query(sql`update rules set shadow_at = now() - interval '30 days' where rule_id = ${ruleId}`);
  const now = new Date();
  const ago = (days: number) => new Date(now.getTime() - days * 86_400_000).toISOString();
  const since = async (from?: string) => (await diff(db, { ruleId, from, limit: 1 }, now))?.from;
  expect([await since(), await since(ago(20)), await since(ago(2))]).toEqual([ago(7), ago(7), ago(2)]);
});

it("old decisions go: what was held back after a week, the rest after three months, and nothing that is in use", async () => {
  const ruleId = await save();
  const resolved = { resolved_at: new Date(), outcome: "dismissed", resolved_by: JSON.stringify({ id: "k" }) };
  const add = async (age: string, row: Record<string, unknown>) => {
    const { rule_id = ruleId, state = "skipped", undoes = null, resolved_at = null, outcome = null } = row;
    const { resolved_by = null } = row;
    const [{ action_id }] = await db.query(sql`
      insert into actions_log (effect_key, rule_id, rule_version, channel_id, stream_id, session_id, event_id, type, measure,
        mode, state, event_at, decided_at, actor, undoes, resolved_at, outcome, resolved_by)
      values (${randomUUID()}, ${rule_id}::uuid, ${rule_id === null ? null : 1}, ${channelId}, 's', ${randomUUID()},
        ${randomUUID()}, 'moderate', 'ban', 'live', ${state}, now(), now() - ${age}::interval,
        case when ${rule_id}::uuid is null then '{}'::jsonb end, ${undoes}::bigint, ${resolved_at}, ${outcome},
        ${resolved_by}::jsonb)
      returning action_id`);
    return action_id as string;
  };
  const undone = await add("91 days", { state: "done" });
  const kept = [
    undone,
    await add("6 days", {}),
    await add("8 days", resolved),
    await add("8 days", { rule_id: null }),
    await add("89 days", { state: "done" }),
    await add("91 days", { state: "executing" }),
    await add("80 days", { rule_id: null, state: "done", undoes: undone }),
  ];
  for (let i = 0; i < 3; i++) await add("8 days", {});
  await add("91 days", { state: "done" });
  await add("91 days", resolved);
  expect(await prune(db, () => false)).toBe(0);
  expect(await prune(db, () => true)).toBe(5);
  const rows: { action_id: string }[] = await db.query(sql`
    select action_id from actions_log where channel_id = ${channelId} order by action_id`);
  expect(rows.map(({ action_id }) => action_id)).toEqual(kept);
});
