import { type ConnectionPool, type Queryable, type SQLQuery, sql } from "@databases/pg";
import { Errors } from "moleculer";
import type { Scope } from "../../contracts/access.ts";
import type { Page } from "../../contracts/api.ts";
import type {
  Delivery,
  DeliveryAttempt,
  Destination,
  DisabledReason,
  Envelope,
  NewDestination,
} from "../../contracts/destination.ts";
import type { EventFilter } from "../../lib/event-filter.ts";
import { packPosition, unpackPosition } from "../../lib/position.ts";
import { newSecret, rotated, type Secret } from "../../lib/webhooks/signature.ts";
import { REFUSALS } from "./delivery-log.ts";

/** What a person decides about a destination. */
export interface Wish {
  name: string;
  url: string;
  envelope: Envelope;
  eventFilter: EventFilter;
  enabled: boolean;
}

/** Each takes a connection and a loop of its own. */
const MOST_OF_CHANNEL = 20;

const notFound = () => new Errors.MoleculerClientError("There is no destination of that id.", 404, "NOT_FOUND");

/** Condition on a `table` that has `channel_id` and `simulated`: only what the caller may see. */
function inScope({ channelIds, simulated }: Scope, table: SQLQuery): SQLQuery {
  const own = channelIds ? sql`${table}.channel_id = any(${channelIds}::uuid[])` : sql`true`;
  return simulated ? sql`${own} and ${table}.simulated` : own;
}

/**
 * Without a channel, that of the caller, if there is just one.
 *
 * @param present the events after it are the destination's
 * @throws MoleculerClientError CHANNEL_NEEDED, TOO_MANY_DESTINATIONS
 */
export function create(
  db: ConnectionPool,
  { channelId, scope = {}, ...wish }: Wish & { channelId?: string | undefined; scope?: Scope | undefined },
  present: string,
  now: Date,
): Promise<NewDestination> {
  return db.tx(async (tx) => {
    const channel = await channelOf(tx, channelId, scope);
    const [{ count }] = await tx.query(sql`
      select count(*)::int as count from destinations where channel_id = ${channel}`);
    if (count >= MOST_OF_CHANNEL) {
      const text = `A channel has ${MOST_OF_CHANNEL} destinations at most: delete one first.`;
      throw new Errors.MoleculerClientError(text, 409, "TOO_MANY_DESTINATIONS");
    }
    const secret = newSecret(now);
    const [{ destination_id: id }] = await tx.query(sql`
      insert into destinations (channel_id, name, url, envelope, event_filter, secrets, enabled, disabled_reason)
      values (${channel}, ${wish.name}, ${wish.url}, ${wish.envelope}, ${JSON.stringify(wish.eventFilter)}::jsonb,
        ${JSON.stringify([secret])}::jsonb, ${wish.enabled}, ${wish.enabled ? null : "BY_HAND"})
      returning destination_id`);
    await tx.query(sql`
      insert into destination_cursors (destination_id, position) values (${id}, ${String(packPosition(present))})`);
    return { ...(await one(tx, id)), secret: secret.secret };
  });
}

/** Also sees to it that two requests at once do not both pass the limit. */
async function channelOf(tx: Queryable, channelId: string | undefined, scope: Scope): Promise<string> {
  const named = channelId ? sql`c.channel_id = ${channelId}` : sql`true`;
  const found: { channel_id: string }[] = await tx.query(sql`
    select channel_id from channels c where ${named} and ${inScope(scope, sql`c`)} limit 2 for update`);
  if (found.length === 1) return (found[0] as { channel_id: string }).channel_id;
  const text = channelId ? "There is no channel of that id." : "Name the channel in `channelId`.";
  throw new Errors.MoleculerClientError(text, channelId ? 404 : 400, channelId ? "NOT_FOUND" : "CHANNEL_NEEDED");
}

/** By id. */
export async function list(
  db: Queryable,
  { scope = {}, after, limit }: { scope?: Scope | undefined; after?: string | undefined; limit: number },
): Promise<Page<Destination>> {
  const rows = await select(
    db,
    sql`${inScope(scope, sql`ch`)} and ${after ? sql`d.destination_id > ${after}` : sql`true`}
      order by d.destination_id limit ${limit + 1}`,
  );
  return { items: rows.slice(0, limit), next: rows.length > limit ? (rows[limit - 1]?.destinationId ?? null) : null };
}

/** @throws MoleculerClientError NOT_FOUND */
export async function one(db: Queryable, destinationId: string): Promise<Destination> {
  const [found] = await select(db, sql`d.destination_id = ${destinationId}`);
  if (!found) throw notFound();
  return found;
}

/** What is not named stays. A new address begins with a clean slate: the failures were those of the old one. */
export async function change(
  db: ConnectionPool,
  { destinationId, ...wish }: Partial<Wish> & { destinationId: string },
): Promise<Destination> {
  const { name = null, url = null, envelope = null, eventFilter, enabled } = wish;
  const filter = eventFilter ? JSON.stringify(eventFilter) : null;
  await db.tx(async (tx) => {
    await tx.query(sql`
      update destinations set name = coalesce(${name}, name), url = coalesce(${url}, url),
        envelope = coalesce(${envelope}, envelope), event_filter = coalesce(${filter}::jsonb, event_filter),
        updated_at = now()
      where destination_id = ${destinationId}`);
    if (url !== null) await forgive(tx, destinationId);
    if (enabled !== undefined) await enable(tx, destinationId, enabled);
  });
  return one(db, destinationId);
}

async function enable(tx: Queryable, destinationId: string, enabled: boolean): Promise<void> {
  await tx.query(sql`
    update destinations set enabled = ${enabled}, updated_at = now(),
      disabled_reason = case when ${enabled} then null else coalesce(disabled_reason, 'BY_HAND') end
    where destination_id = ${destinationId} and enabled <> ${enabled}`);
  if (enabled) await forgive(tx, destinationId);
}

/** The batch under way is a dead letter: it was begun, unlike what comes after it. */
const leaveOut = (tx: Queryable, destinationId: string) =>
  tx.query(sql`
    update deliveries set state = 'refused', finished_at = now(), letter_at = null
    where destination_id = ${destinationId} and state = 'sending'`);

const forgive = (tx: Queryable, destinationId: string) =>
  tx.query(sql`
    update destination_cursors set failures = 0, failing_since = null, not_before = null, refusals = 0
    where destination_id = ${destinationId}`);

/**
 * Goes on where it stopped, or with `from: "now"` leaves out what came since.
 *
 * @param present where "now" is
 */
export async function resume(
  db: ConnectionPool,
  { destinationId, from }: { destinationId: string; from: "where_it_stopped" | "now" },
  present: () => Promise<string>,
): Promise<Destination> {
  const position = from === "now" ? await present() : undefined;
  await db.tx(async (tx) => {
    if (position) {
      await tx.query(sql`
        update destination_cursors set position = greatest(position, ${String(packPosition(position))})
        where destination_id = ${destinationId}`);
      await leaveOut(tx, destinationId);
    }
    await enable(tx, destinationId, true);
  });
  return one(db, destinationId);
}

/** Resolves with what it was. @throws MoleculerClientError NOT_FOUND */
export function remove(db: ConnectionPool, destinationId: string): Promise<Destination> {
  return db.tx(async (tx) => {
    const known = await one(tx, destinationId);
    const gone = await tx.query(sql`
      delete from destinations where destination_id = ${destinationId} returning destination_id`);
    if (gone.length === 0) throw notFound(); // another request was faster
    return known;
  });
}

/** A new secret beside the one before, which signs too for `overlapHours` more. */
export async function rotate(
  db: ConnectionPool,
  { destinationId, overlapHours }: { destinationId: string; overlapHours: number },
  now: Date,
): Promise<NewDestination> {
  const fresh = newSecret(now);
  await db.tx(async (tx) => {
    const [row]: { secrets: Secret[] }[] = await tx.query(sql`
      select secrets from destinations where destination_id = ${destinationId} for update`);
    if (!row) throw notFound();
    const secrets = rotated(row.secrets, fresh, overlapHours * 3_600_000, now);
    await tx.query(sql`
      update destinations set secrets = ${JSON.stringify(secrets)}::jsonb, updated_at = now()
      where destination_id = ${destinationId}`);
  });
  return { ...(await one(db, destinationId)), secret: fresh.secret };
}

/** What is needed to send it something by hand. @throws MoleculerClientError NOT_FOUND */
export async function addressOf(
  db: Queryable,
  destinationId: string,
): Promise<{ url: string; envelope: Envelope; secrets: Secret[] }> {
  const [row] = await db.query(sql`
    select url, envelope, secrets from destinations where destination_id = ${destinationId}`);
  if (!row) throw notFound();
  return row;
}

/** The newest first. */
export async function deliveries(
  db: Queryable,
  query: { destinationId: string; state?: Delivery["state"] | undefined; after?: string | undefined; limit: number },
): Promise<Page<Delivery>> {
  const { destinationId, state, after, limit } = query;
  const rows: DeliveryRow[] = await db.query(sql`
    select * from deliveries
    where destination_id = ${destinationId} and ${state ? sql`state = ${state}` : sql`true`}
      and ${after ? sql`webhook_id < ${after}` : sql`true`}
    order by webhook_id desc limit ${limit + 1}`);
  const items = rows.slice(0, limit).map(toDelivery);
  return { items, next: rows.length > limit ? (items.at(-1)?.webhookId ?? null) : null };
}

interface DeliveryRow {
  webhook_id: string;
  after: string;
  through: string;
  events: number;
  state: Delivery["state"];
  attempts: number;
  last_attempts: DeliveryAttempt[];
  created_at: Date;
  finished_at: Date | null;
}

const toDelivery = (row: DeliveryRow): Delivery => ({
  webhookId: row.webhook_id,
  after: unpackPosition(row.after),
  through: unpackPosition(row.through),
  events: row.events,
  state: row.state,
  attempts: row.attempts,
  lastAttempts: row.last_attempts,
  createdAt: row.created_at.toISOString(),
  finishedAt: row.finished_at?.toISOString() ?? null,
});

/** Failures in a row after which a destination is shown as down. */
const DOWN_AFTER = 5;

async function select(db: Queryable, where: SQLQuery): Promise<Destination[]> {
  const rows: DestinationRow[] = await db.query(sql`
    select d.*, c.position, c.failures, c.failing_since, c.not_before, c.refusals
    from destinations d join destination_cursors c using (destination_id) join channels ch using (channel_id)
    where ${where}`);
  return rows.map(toDestination);
}

interface DestinationRow {
  destination_id: string;
  channel_id: string;
  name: string;
  url: string;
  envelope: Envelope;
  event_filter: EventFilter;
  secrets: Secret[];
  enabled: boolean;
  disabled_reason: DisabledReason | null;
  created_at: Date;
  updated_at: Date;
  position: string;
  failures: number;
  failing_since: Date | null;
  not_before: Date | null;
  refusals: number;
}

const toDestination = (row: DestinationRow): Destination => ({
  destinationId: row.destination_id,
  channelId: row.channel_id,
  name: row.name,
  url: row.url,
  envelope: row.envelope,
  eventFilter: row.event_filter as Destination["eventFilter"],
  enabled: row.enabled,
  disabledReason: row.disabled_reason,
  state: stateOf(row),
  position: unpackPosition(row.position),
  failures: row.failures,
  failingSince: row.failing_since?.toISOString() ?? null,
  nextAttemptAt: row.not_before?.toISOString() ?? null,
  secrets: row.secrets.map(({ createdAt, expiresAt }) => ({ createdAt, expiresAt })),
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
});

function stateOf({ enabled, failures, refusals }: DestinationRow): Destination["state"] {
  if (!enabled) return "disabled";
  if (failures >= DOWN_AFTER || refusals >= REFUSALS) return "down";
  return failures > 0 ? "retrying" : "ok";
}
