import { type Queryable, type SQLQuery, sql } from "@databases/pg";
import { isClaim, isRefusal } from "./about-effect.ts";
import type { DecidedRow } from "./actions-log.ts";
import type { PaceLimits } from "./firings.ts";
import type { Fired } from "./settle.ts";

type PacedRow = DecidedRow & { pace: PaceLimits };

/** Decisions of one rule, or of one rule about one person. */
interface Span extends Pick<DecidedRow, "rule_id" | "mode" | "user_id"> {
  /** Unix milliseconds. */
  first: number;
  last: number;
  /** What fired so long before or after may matter, in ms. */
  reach: number;
  /** So many of the last ones before do. */
  count: number;
}

/** What fired that decisions with cooldowns and limits go by: near their time, near it for their people, and their effects. */
export async function firedNear(db: Queryable, rows: readonly DecidedRow[]): Promise<Fired[]> {
  const paced = rows.filter((row): row is PacedRow => row.pace !== undefined);
  if (paced.length === 0) return [];
  const ofRule = sql`f.paced and f.rule_id = asked.rule_id and f.mode = asked.mode`;
  const ofPerson = sql`${ofRule} and f.user_id = asked.user_id`;
  const ofEffect = (which: SQLQuery) => sql`
    select f.action_id, f.effect_key, f.rule_id, f.mode, f.user_id, f.event_at
    from jsonb_to_recordset(${JSON.stringify(paced.map(effectOf))}::jsonb) as asked (effect_key text, rule_id uuid, mode text)
      join actions_log f on ${ofRule} and f.effect_key = asked.effect_key and ${which}`;
  return db.query(sql`
    ${near(spansOf(paced.map(asRule)), ofRule)} union ${near(spansOf(paced.flatMap(asPerson)), ofPerson)} union
    ${ofEffect(isClaim("f"))} union ${ofEffect(isRefusal("f"))}`);
}

const effectOf = ({ effect_key, rule_id, mode }: PacedRow) => ({ effect_key, rule_id, mode });

function asRule({ rule_id, mode, event_at, pace: { cooldown, limits } }: PacedRow): Span {
  const at = Date.parse(event_at);
  const reach = Math.max(cooldown * 1_000, limits.perMinute === undefined ? 0 : 60_000);
  return { rule_id, mode, user_id: null, first: at, last: at, reach, count: limits.perMinute ?? 1 };
}

function asPerson({ rule_id, mode, user_id, event_at, pace: { perUserCooldown } }: PacedRow): Span[] {
  const at = Date.parse(event_at);
  return user_id === null
    ? []
    : [{ rule_id, mode, user_id, first: at, last: at, reach: perUserCooldown * 1_000, count: 1 }];
}

/** One of each rule and person, of those that say anything. */
function spansOf(spans: readonly Span[]): Span[] {
  const bySubject = new Map<string, Span>();
  for (const span of spans) {
    if (span.reach === 0) continue;
    const subject = `${span.rule_id} ${span.mode} ${span.user_id}`;
    const before = bySubject.get(subject) ?? span;
    bySubject.set(subject, {
      ...span,
      first: Math.min(before.first, span.first),
      last: Math.max(before.last, span.last),
      reach: Math.max(before.reach, span.reach),
      count: Math.max(before.count, span.count),
    });
  }
  return [...bySubject.values()];
}

/** @param which a condition on `f`, the log, and `asked`, a span */
function near(spans: readonly Span[], which: SQLQuery): SQLQuery {
  const asked = spans.map(({ first, last, reach, ...span }) => ({
    ...span,
    since: new Date(first - reach),
    first: new Date(first),
    until: new Date(last + reach),
  }));
  const columns = sql`action_id, effect_key, rule_id, mode, user_id, event_at`;
  return sql`
    select found.* from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as asked
      (rule_id uuid, mode text, user_id text, since timestamptz, first timestamptz, until timestamptz, count integer),
    lateral (
      (select ${columns} from actions_log f where ${which} and event_at >= asked.since and event_at < asked.first
       order by event_at desc limit asked.count)
      union all
      select ${columns} from actions_log f where ${which} and event_at >= asked.first and event_at <= asked.until
    ) found`;
}
