import { type ConnectionPool, type Queryable, type SQLQuery, sql } from "@databases/pg";
import { Errors } from "moleculer";
import type { Role, Scope } from "../../contracts/access.ts";
import type { Page } from "../../contracts/api.ts";
import type { Key, Me } from "../../contracts/keys.ts";
import type { EventType } from "../../contracts/unified-event.ts";
import { assertEnds, assertGives, assertMakeable, assertOwnChange, type Giver, needsChannels } from "./key-rules.ts";
import { olderThan, type PageQuery, toPage } from "./newest-first.ts";
import { inScope, whollyInScope } from "./scope.ts";

/** The table `api_keys`: keys of programs, people of the team, tokens of overlays. What is revoked is seen no more. */

interface KeyRow {
  key_id: string;
  kind: Key["kind"];
  name: string;
  role: Role;
  channel_ids: string[];
  types: EventType[] | null;
  prefix: string | null;
  created_at: Date;
  created_by: string | null;
  created_by_name: string | null;
  last_used_at: Date | null;
  expires_at: Date | null;
  rotated_at: Date | null;
  old_until: Date | null;
}

/** Who a key is, to those who let it in. */
export interface KnownKey {
  keyId: string;
  name: string;
  role: Role;
  channelIds: string[];
  types: EventType[] | null;
  /** ISO 8601; null: never. */
  expiresAt: string | null;
  /** It is the secret before the present one, which works for a while yet. */
  replaced: boolean;
}

/** One key of a kind, if the scope has all of its channels. */
interface Named {
  kind: Key["kind"];
  keyId: string;
  scope: Scope;
}

/** Who makes, changes or replaces one: the id of their key, null for who needs none. */
interface By extends Giver {
  by: { id: string | null; name: string };
}

/** What is kept of a key instead of it. */
interface Hashed {
  hash: string;
  prefix: string;
}

interface NewKeyQuery extends Hashed, By {
  kind: Key["kind"];
  name: string;
  role: Role;
  channelIds: string[];
  types?: EventType[] | undefined;
  expiresAt?: string | undefined;
}

interface ChangeQuery extends Named, By {
  name?: string | undefined;
  role?: Role | undefined;
  channelIds?: string[] | undefined;
  /** Null: never. */
  expiresAt?: string | null | undefined;
}

/** The valid key with this hash; null when there is none, it was revoked or has expired. Notes the minute of its use. */
export async function findKey(db: Queryable, { hash }: { hash: string }): Promise<KnownKey | null> {
  const [key] = await db.query(sql`
    with found as (
      select *, hash <> ${hash} as replaced,
        case when hash = ${hash} then expires_at else least(expires_at, old_until) end as ends_at
      from api_keys where (hash = ${hash} or old_hash = ${hash}) and revoked_at is null
    ), key as (
      select * from found where ends_at is null or ends_at > now()
    ), used as (
      update api_keys set last_used_at = now() from key
      where api_keys.key_id = key.key_id and (api_keys.last_used_at is null or api_keys.last_used_at < now() - interval '1 minute')
    )
    select key_id, name, role, channel_ids, types, ends_at, replaced from key`);
  if (!key) return null;
  const { key_id: keyId, name, role, channel_ids: channelIds, types, ends_at: endsAt, replaced } = key;
  return { keyId, name, role, channelIds, types, expiresAt: isoOrNull(endsAt), replaced };
}

const id = { name: "key_id", shape: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/ };

/** Those of a kind, the newest first. */
export async function keys(
  db: Queryable,
  { kind, after, limit, scope = {} }: PageQuery & { kind: Key["kind"] },
): Promise<Page<Key>> {
  const rows: (KeyRow & { first_at: Date })[] = await db.query(sql`
    select * from (select *, date_trunc('milliseconds', created_at) as first_at from api_keys) s
    where kind = ${kind} and revoked_at is null and ${whollyInScope(scope, sql`channel_ids`)} and ${olderThan(after, id)}
    order by first_at desc, key_id desc limit ${limit + 1}`);
  return toPage(rows, limit, (row) => row.key_id, toKey);
}

/**
 * One that ends with its maker's, unless it is to end earlier.
 *
 * @throws MoleculerClientError when `scope` does not allow such a key, or not these channels; when it would outlive its
 * maker's
 */
export async function makeKey(db: Queryable, query: NewKeyQuery): Promise<Key> {
  const { kind, name, role, types = null, hash, prefix, by } = query;
  const channelIds = [...new Set(query.channelIds)];
  await assertGrantable(db, query, { role, channelIds });
  const end = await endOf(db, by);
  const expiresAt = query.expiresAt === undefined ? isoOrNull(end) : query.expiresAt;
  assertEnds(expiresAt, end);
  const [row] = await db.query(sql`
    insert into api_keys (kind, name, role, channel_ids, types, hash, prefix, expires_at, created_by, created_by_name)
    values (${kind}, ${name}, ${role}, ${channelIds}::uuid[], ${types}::text[], ${hash}, ${prefix},
      ${expiresAt}::timestamptz, ${by.id}, ${by.name})
    returning *`);
  return toKey(row);
}

/**
 * As it is now; null: there is no such key. What is not named stays.
 *
 * @throws MoleculerClientError as makeKey does, and when a key would change itself to more than it is
 */
export function changeKey(db: ConnectionPool, query: ChangeQuery): Promise<Key | null> {
  const { name, role, channelIds, expiresAt, by } = query;
  return db.tx(async (tx) => {
    const [before]: KeyRow[] = await tx.query(sql`select * from api_keys where ${isNamed(query)} for update`);
    if (!before) return null;
    if (before.key_id === by.id) assertOwnChange(before.expires_at, query);
    if (expiresAt !== undefined) assertEnds(expiresAt, await endOf(tx, by));
    if (expiresAt !== undefined) assertGives(query, before.role);
    const wish = { role: role ?? before.role, channelIds: [...new Set(channelIds ?? before.channel_ids)] };
    if (!channelIds && !needsChannels(wish.role)) wish.channelIds = [];
    if (role || channelIds) await assertGrantable(tx, query, wish);
    const [row] = await tx.query(sql`
      update api_keys set name = ${name ?? before.name}, role = ${wish.role}, channel_ids = ${wish.channelIds}::uuid[],
        expires_at = ${expiresAt === undefined ? before.expires_at : expiresAt}::timestamptz
      where key_id = ${before.key_id} returning *`);
    return toKey(row);
  });
}

/**
 * Replaces the secret of a key; the one before works on for `overlapSeconds`. Null: there is no such key.
 *
 * @throws MoleculerClientError when the key outlives that of who asks, or may more: they learn its secret
 */
export function rotateKey(
  db: ConnectionPool,
  { hash, prefix, overlapSeconds, by, gives, ...named }: Named & Hashed & By & { overlapSeconds: number },
): Promise<Key | null> {
  const overlap = overlapSeconds > 0;
  return db.tx(async (tx) => {
    const [before]: KeyRow[] = await tx.query(sql`select * from api_keys where ${isNamed(named)} for update`);
    if (!before) return null;
    assertGives({ scope: named.scope, gives }, before.role);
    assertEnds(isoOrNull(before.expires_at), await endOf(tx, by));
    const [row] = await tx.query(sql`
      update api_keys set hash = ${hash}, prefix = ${prefix}, rotated_at = now(),
        old_hash = ${overlap ? sql`hash` : sql`null`},
        old_until = ${overlap ? sql`now() + make_interval(secs => ${overlapSeconds})` : sql`null`}
      where key_id = ${before.key_id} returning *`);
    return toKey(row);
  });
}

/** Ends a key. Null: there is no such key. */
export async function revokeKey(db: Queryable, named: Named): Promise<Key | null> {
  const [row] = await db.query(sql`update api_keys set revoked_at = now() where ${isNamed(named)} returning *`);
  return row ? toKey(row) : null;
}

/** Those channels of a key that exist, as they are called now. */
export async function keyChannels(db: Queryable, { channelIds }: { channelIds: string[] }): Promise<Me["channels"]> {
  const rows = await db.query(sql`
    select channel_id, unique_id, display_name, simulated from channels where channel_id = any(${channelIds}::uuid[])
    order by unique_id, channel_id`);
  return rows.map((row) => ({
    channelId: row.channel_id,
    uniqueId: row.unique_id,
    displayName: row.display_name,
    simulated: row.simulated,
  }));
}

/** When the key of who asks ends; null: never. A dashboard session ends earlier, which is no end of what it makes. */
async function endOf(db: Queryable, { id }: By["by"]): Promise<Date | null> {
  const [key] = id === null ? [] : await db.query(sql`select expires_at from api_keys where key_id = ${id}`);
  return key?.expires_at ?? null;
}

/** What somebody may give. A channel that is not theirs is told from one that does not exist by nothing. */
async function assertGrantable(db: Queryable, giver: Giver, wish: { role: Role; channelIds: string[] }): Promise<void> {
  assertMakeable(giver, wish);
  const [{ known }] = await db.query(sql`
    select count(*)::int as known from channels c
    where channel_id = any(${wish.channelIds}::uuid[]) and ${inScope(giver.scope, sql`c`)}`);
  if (known < wish.channelIds.length) {
    throw new Errors.MoleculerClientError("There is no channel of that id.", 404, "NOT_FOUND");
  }
}

const isNamed = ({ kind, keyId, scope }: Named): SQLQuery => sql`
  key_id = ${keyId} and kind = ${kind} and revoked_at is null and ${whollyInScope(scope, sql`channel_ids`)}`;

const isoOrNull = (at: Date | null) => at?.toISOString() ?? null;

const toKey = (row: KeyRow): Key => ({
  id: row.key_id,
  kind: row.kind,
  name: row.name,
  role: row.role,
  channelIds: row.channel_ids,
  types: row.types,
  prefix: row.prefix,
  createdAt: row.created_at.toISOString(),
  createdBy: row.created_by_name === null ? null : { id: row.created_by, name: row.created_by_name },
  lastUsedAt: isoOrNull(row.last_used_at),
  expiresAt: isoOrNull(row.expires_at),
  rotatedAt: isoOrNull(row.rotated_at),
  previousUntil: row.old_until && row.old_until.getTime() > Date.now() ? row.old_until.toISOString() : null,
});
