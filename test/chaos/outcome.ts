import { type ConnectionPool, type Queryable, sql } from "@databases/pg";
import type { ServedEvent } from "../../contracts/api.ts";
import type { RuleDraft } from "../../contracts/rule.ts";
import { comparePositions } from "../../lib/position.ts";
import { prepareRule } from "../../services/rules/prepare.ts";
import { effectKeyOf } from "../../services/rules/rule-set.ts";
import type { Archive } from "./archive.ts";
import type { ActionEvidence, ActionSeen, BatchLetter, DestinationSeen, RuleSeen } from "./check-actions.ts";
import type { Doers } from "./doers.ts";
import { type Manner, manners, type Outside, willing } from "./outside.ts";

/** What rules and the forwarder have still to do. */
export interface Errands {
  left: number;
  /** Changes whenever something was done. */
  progress: string;
}

/** Of what can be done: some targets never take anything. */
export async function surveyErrands(db: Queryable, outside: Outside): Promise<Errands> {
  const hosts = [...willing, "refuses" as const, "euler" as const].map((name) => outside.host(name));
  const [row] = await db.query(sql`
    with owed as (
      select d.name, c.position, (
        select count(*) from events e join streams using (stream_id)
        where channel_id = d.channel_id and e.position > c.position and not is_history
          and (d.event_filter->'types' is null or d.event_filter->'types' ? e.event_type)
      ) as events
      from destinations d join destination_cursors c using (destination_id) where d.name = any(${willing}) or (d.name = 'refuses' and c.failures < 5)
    )
    select (select count(*) from action_queue where host = any(${[...hosts, "chat", "rules"]})) as actions,
      (select sum(events) from owed) as events, (select count(*) from replays where state = 'running') as replays,
      (select sum(published) from replays) as published,
      (select count(*) from deliveries where state = 'refused' and letter_at is null) as letters`);
  const left = ["actions", "events", "replays", "letters"].reduce((sum, name) => sum + Number(row[name] ?? 0), 0);
  return { left, progress: Object.values(row).join() };
}

/** Where there are neither rules nor destinations. */
export const nothingDone: Omit<ActionEvidence, "ranMs" | "disturbed"> = {
  ...{
    rules: [],
    rows: [],
    destinations: [],
    letters: [],
    hits: [],
    roomHits: [],
    canaryHits: 0,
    unfinishedReplays: [],
    givenUp: [],
  },
};

/** What became of rules and destinations; `ranMs` and `disturbed` as in ActionEvidence. */
export async function gatherActions(
  db: ConnectionPool,
  { archive, doers }: { archive: Archive; doers: Doers },
  { ranMs, disturbed }: Pick<ActionEvidence, "ranMs" | "disturbed">,
): Promise<ActionEvidence> {
  const { outside } = doers;
  const replays: { session_id: string; state: string; total: string }[] = await db.query(sql`
    select session_id, state, total from replays`);
  return {
    rules: await rulesOf(db, archive, outside),
    rows: await rowsOf(db, new Set(replays.map(({ session_id }) => session_id))),
    destinations: await destinationsOf(db, outside),
    letters: await lettersOf(db),
    hits: outside.hits,
    roomHits: outside.roomHits,
    canaryHits: outside.canaryHits,
    ...{ ranMs, disturbed },
    givenUp: await givenUp(db, archive),
    unfinishedReplays: replays.flatMap(({ session_id, state, total }) => {
      const told = new Set(archive.told.flatMap(({ event }) => (event.sessionId === session_id ? event.eventId : [])));
      return state === "done" && told.size === Number(total) ? [] : `${session_id}, ${state}, ${told.size} of ${total}`;
    }),
  };
}

/** From the receipt of a live event to a rule's decision, the median in ms; null: there was none. */
export interface Latency {
  alone: number | null;
  besideReplay: number | null;
}

export async function latencyOf(db: Queryable): Promise<Latency> {
  const [row] = await db.query(sql`
    with decided as (
      select extract(epoch from a.decided_at - e.ingested_at) * 1000 as ms, exists (
          select from replays where e.ingested_at between started_at and coalesce(ended_at, now())
        ) as is_beside
      from actions_log a join events e using (event_id) where coalesce(a.reason, '') not in ('replay', 'history')
    )
    select percentile_cont(0.5) within group (order by ms) filter (where not is_beside) as alone,
      percentile_cont(0.5) within group (order by ms) filter (where is_beside) as beside
    from decided`);
  const rounded = (ms: unknown) => (ms === null ? null : Math.round(Number(ms)));
  return { alone: rounded(row.alone), besideReplay: rounded(row.beside) };
}

const mannerOf = (outside: Outside, url: string): Manner | undefined =>
  manners.find((manner) => URL.parse(url)?.host === outside.host(manner));

async function rulesOf(db: Queryable, { told, flushedUpTo }: Archive, outside: Outside): Promise<RuleSeen[]> {
  const flush = flushedUpTo["ttlc:events"] ?? "0-0";
  const seen = told.filter(({ id }) => comparePositions(id, flush) > 0);
  const rows: { rule_id: string; draft: RuleDraft }[] = await db.query(sql`select rule_id, draft from rules`);
  return rows.map(({ rule_id: ruleId, draft }) => {
    const { name, action, mode, eventType } = draft;
    const { rule } = prepareRule(draft);
    const matching = seen.filter(({ event }) => event.eventType === eventType && rule?.matches(event as ServedEvent));
    const live = matching.filter(({ event }) => event.source === "live" && !event.isHistory);
    const replayed = matching.filter(({ event }) => event.source === "replay");
    return {
      ...{ ruleId, name, mode },
      action: action.type,
      target: action.type === "webhook" ? mannerOf(outside, action.url) : undefined,
      isLate: name.startsWith("late"),
      live: new Map(live.map(({ id, event }) => [effectKeyOf(event as ServedEvent), id])),
      replayed: new Set(replayed.map(({ event }) => event.eventId)),
    };
  });
}

async function rowsOf(db: Queryable, replays: ReadonlySet<string>): Promise<ActionSeen[]> {
  const rows: (Omit<ActionSeen, "isReplay"> & { sessionId: string })[] = await db.query(sql`
    select rule_id as "ruleId", effect_key as "effectKey", event_id as "eventId", session_id as "sessionId", state, reason,
      rendered, user_id as "userId", coalesce(attempts, 0) as attempts
    from actions_log left join action_queue using (action_id) order by action_id`);
  return rows.map(({ sessionId, ...row }) => ({ ...row, isReplay: replays.has(sessionId) }));
}

async function destinationsOf(db: Queryable, outside: Outside): Promise<DestinationSeen[]> {
  const rows: { destination_id: string; url: string; types: string[] | null; channel_id: string }[] =
    await db.query(sql`
    select destination_id, url, channel_id, event_filter->'types' as types from destinations`);
  const events: { event_id: string; event_type: string; channel_id: string }[] = await db.query(sql`
    select event_id, event_type, channel_id from events join streams using (stream_id)
    where not is_history order by position, event_id`);
  return rows.map(({ destination_id: destinationId, url, types, channel_id }) => ({
    destinationId,
    target: mannerOf(outside, url) as Manner,
    wanted: events
      .filter((event) => event.channel_id === channel_id && (!types || types.includes(event.event_type)))
      .map(({ event_id }) => event_id),
  }));
}

/** What rules and the forwarder should have handled. */
async function givenUp(db: Queryable, { events }: Archive): Promise<string[]> {
  const poison = new Set(events.flatMap(({ id, poison }) => (poison ? id : [])));
  const rows: { stage: string; entryId: string; reason: string; error: string }[] = await db.query(sql`
    select stage, entry_id as "entryId", reason, error from dead_letters
    where stage in ('rules', 'forwarder') and reason <> 'DELIVERY_FAILED'`);
  return rows
    .filter(({ entryId }) => !poison.has(entryId))
    .map(({ stage, entryId, reason, error }) => `${stage} gave up ttlc:events ${entryId}: ${reason}, ${error}`);
}

async function lettersOf(db: Queryable): Promise<BatchLetter[]> {
  const rows: { destination: string; payload: string }[] = await db.query(sql`
    select destination, payload from dead_letters where reason = 'DELIVERY_FAILED'`);
  return rows.map(({ destination, payload }) => ({
    destinationId: destination,
    webhookId: JSON.parse(payload).webhookId,
  }));
}
