import { type Queryable, sql } from "@databases/pg";
import type { Scope } from "../../contracts/access.ts";
import type { Page } from "../../contracts/api.ts";
import type { AuditEntry } from "../../contracts/keys.ts";
import { decodeCursor, encodeCursor } from "../../lib/cursor.ts";
import { belongs } from "./belongs.ts";
import { whollyInScope } from "./scope.ts";

/** The table `audit`: what was changed through the API, by whom. Rows are written once and never again. */

type Belonging = Parameters<typeof belongs>[1]["kind"];

interface NewEntry {
  actor: AuditEntry["actor"];
  action: string;
  method: string;
  target?: { kind: string; id: string } | undefined;
  /** Whose matter it is; found by the target when it is left out. */
  channelIds?: string[] | undefined;
  /** Whose matter it is when the target does not tell. */
  otherwise: string[];
  status: number;
  correlationId: string;
  details: Record<string, unknown>;
}

interface AuditQuery {
  scope?: Scope | undefined;
  /** A key's id, or a name. */
  actor?: string | undefined;
  action?: string | undefined;
  /** ISO 8601; `from` is included, `to` is not. */
  from?: string | undefined;
  to?: string | undefined;
  after?: string | undefined;
  limit: number;
}

const kinds: readonly string[] = [
  "channel",
  "stream",
  "session",
  "streamer",
  "rule",
  "destination",
] satisfies Belonging[];

export async function recordAudit(db: Queryable, entry: NewEntry): Promise<void> {
  const { actor, action, method, target, status, correlationId, details } = entry;
  const channelIds = entry.channelIds ?? (await channelsOf(db, target)) ?? entry.otherwise;
  await db.query(sql`
    insert into audit (actor_id, actor_name, actor_role, action, method, target_kind, target_id, channel_ids, status,
      correlation_id, details)
    values (${actor.id}, ${actor.name}, ${actor.role}, ${action}, ${method}, ${target?.kind ?? null}, ${target?.id ?? null},
      ${channelIds}::uuid[], ${status}, ${correlationId}, ${JSON.stringify(details)}::jsonb)`);
}

/** A room that has met no broadcast yet goes by its streamer's name. */
async function channelsOf(db: Queryable, target: NewEntry["target"]): Promise<string[] | undefined> {
  if (!target || !kinds.includes(target.kind)) return undefined;
  const kind = target.kind as Belonging;
  const found =
    (await belongs(db, { kind, id: target.id })) ??
    (kind === "stream" ? await belongs(db, { kind: "streamer", id: target.id }) : null);
  return found?.channelId ? [found.channelId] : undefined;
}

/** The newest first. */
export async function auditLog(
  db: Queryable,
  { scope = {}, actor, action, from, to, after, limit }: AuditQuery,
): Promise<Page<AuditEntry>> {
  const before = after ? decodeCursor(after, [/^\d{1,18}$/])[0] : null;
  const rows: AuditRow[] = await db.query(sql`
    select * from audit
    where ${whollyInScope(scope, sql`channel_ids`)}
      and (${before}::bigint is null or audit_id < ${before})
      and (${actor ?? null}::text is null or actor_id::text = lower(${actor ?? null}) or actor_name = ${actor ?? null})
      and (${action ?? null}::text is null or action = ${action ?? null})
      and (${from ?? null}::timestamptz is null or at >= ${from ?? null})
      and (${to ?? null}::timestamptz is null or at < ${to ?? null})
    order by audit_id desc limit ${limit + 1}`);
  const items = rows.slice(0, limit).map(toEntry);
  return { items, next: rows.length > limit ? encodeCursor([items.at(-1)?.id]) : null };
}

interface AuditRow {
  audit_id: string;
  at: Date;
  actor_id: string | null;
  actor_name: string;
  actor_role: AuditEntry["actor"]["role"];
  action: string;
  method: string;
  target_kind: string | null;
  target_id: string | null;
  channel_ids: string[];
  status: number;
  correlation_id: string;
  details: AuditEntry["details"];
}

const toEntry = (row: AuditRow): AuditEntry => ({
  id: row.audit_id,
  at: row.at.toISOString(),
  actor: { id: row.actor_id, name: row.actor_name, role: row.actor_role },
  action: row.action,
  method: row.method,
  target: row.target_kind === null ? null : { kind: row.target_kind, id: row.target_id as string },
  channelIds: row.channel_ids,
  status: row.status,
  correlationId: row.correlation_id,
  details: row.details,
});
