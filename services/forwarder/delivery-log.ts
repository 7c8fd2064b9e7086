import { type ConnectionPool, type SQLQuery, sql } from "@databases/pg";
import type { DeliveryAttempt, DisabledReason, Envelope } from "../../contracts/destination.ts";
import type { EventFilter } from "../../lib/event-filter.ts";
import { packPosition, unpackPosition } from "../../lib/position.ts";
import type { Secret } from "../../lib/webhooks/signature.ts";

/** A batch as it was recorded: what is sent again is the same, under the same id. Positions as `ms-seq`. */
export interface Batch {
  webhookId: string;
  after: string;
  through: string;
}

/** What the sender of a destination works with, as long as it holds the lease. */
export interface Held {
  url: string;
  envelope: Envelope;
  filter: EventFilter;
  secrets: Secret[];
  position: string;
  /** Failed attempts in a row at one batch. */
  failures: number;
  /** Since the first of them; 0 without, and when nobody tried for a day. */
  failingMs: number;
  /** Until the next attempt. */
  waitMs: number;
  /** It refused one batch after the other: see REFUSALS. */
  isRefusingAll: boolean;
  /** What is recorded and not settled yet: that under way, else the oldest that is to be sent again. */
  batch: Batch | undefined;
  /** It came back from the dead letters, and what is new need not wait for it. */
  isQueued: boolean;
}

/** Attempts that are kept of a batch. */
const ATTEMPTS = 20;

/** Batches refused without one taken after which it is the destination that is at fault, not what is in them. */
export const REFUSALS = 5;

/**
 * What a sender does to its cursor and its batches. Every change is made by one statement that finds the lease with it:
 * a sender that lost it, paused or cut off, changes nothing any more.
 */
export class DeliveryLog {
  readonly #db: ConnectionPool;
  readonly #destinationId: string;
  readonly #token: string;

  /** @param token unique to this sender */
  constructor(db: ConnectionPool, destinationId: string, token: string) {
    this.#db = db;
    this.#destinationId = destinationId;
    this.#token = token;
  }

  /**
   * Takes or renews the lease; undefined while another sender has it, or when the destination is disabled or gone.
   *
   * @param examined nothing up to here is wanted there
   */
  hold(leaseMs: number, examined: string): Promise<Held | undefined> {
    return this.#held(sql`
      update destination_cursors c set lease_token = ${this.#token}, lease_until = now() + ${leaseMs} * interval '1 ms',
        position = greatest(c.position, ${pack(examined)})
      from destinations d
      where c.destination_id = ${this.#destinationId} and d.destination_id = c.destination_id and d.enabled
        and (c.lease_token = ${this.#token} or c.lease_until is null or c.lease_until < now())
      returning ${columns}`);
  }

  /** What `hold` answers while it is held, without a write. */
  look(): Promise<Held | undefined> {
    return this.#held(sql`
      select ${columns} from destination_cursors c join destinations d using (destination_id)
      where c.destination_id = ${this.#destinationId} and c.lease_token = ${this.#token} and d.enabled`);
  }

  async #held(row: SQLQuery): Promise<Held | undefined> {
    const [held]: HeldRow[] = await this.#db.query(sql`
      with held as (${row})
      select held.*, b.webhook_id, b.after, b.through, b.state = 'queued' as queued
      from held left join lateral (
        select webhook_id, after, through, state from deliveries
        where destination_id = ${this.#destinationId} and state in ('sending', 'queued')
        order by state = 'queued', webhook_id limit 1
      ) b on true`);
    return held && toHeld(held);
  }

  /** Before it is sent. Of all changes: false when the lease is lost, and nothing was changed. */
  record({ webhookId, after, through }: Batch, events: number): Promise<boolean> {
    return this.#change(sql`
      insert into deliveries (webhook_id, destination_id, after, through, events)
      select ${webhookId}, destination_id, ${pack(after)}, ${pack(through)}, ${events} from leased`);
  }

  delivered({ webhookId, through }: Batch, attempt: DeliveryAttempt): Promise<boolean> {
    return this.#change(
      this.#settle(webhookId, sql`state = 'delivered', finished_at = now()`, attempt),
      this.#advance(through, sql`, ${well}, refusals = 0`),
    );
  }

  /** Of its events none is left, or wanted any more: nothing was sent, and how the destination does nobody learned. */
  emptied({ webhookId, through }: Batch): Promise<boolean> {
    return this.#change(
      sql`
        update deliveries d set state = 'empty', finished_at = now()
        from leased where webhook_id = ${webhookId} and d.destination_id = leased.destination_id`,
      this.#advance(through),
    );
  }

  /**
   * To be tried again after `waitMs`, unless somebody left it out meanwhile.
   *
   * @param disabled the destination: the batch is tried again once it is enabled
   */
  failed({ webhookId }: Batch, attempt: DeliveryAttempt, waitMs: number, disabled?: DisabledReason): Promise<boolean> {
    return this.#change(
      this.#settle(webhookId, sql`state = case state when 'queued' then 'sending' else state end`, attempt),
      sql`
        update destination_cursors c set failures = failures + 1, failing_since = coalesce(${failingSince}, now()),
          not_before = now() + ${waitMs} * interval '1 ms'
        from leased where c.destination_id = leased.destination_id`,
      ...this.#disable(disabled),
    );
  }

  /**
   * The batch is given up, and its letter owed (letters.ts); what comes after it goes on at once.
   *
   * @param disabled so is the destination: what comes after it goes on once it is enabled
   */
  refused({ webhookId, through }: Batch, attempt: DeliveryAttempt, disabled?: DisabledReason): Promise<boolean> {
    return this.#change(
      // Left out meanwhile, it keeps the time that its letter goes by.
      this.#settle(
        webhookId,
        sql`state = 'refused', finished_at = coalesce(finished_at, now()), letter_at = null`,
        attempt,
      ),
      this.#advance(
        through,
        sql`, ${well}, refusals = refusals + (
        select count(*)::int from deliveries where webhook_id = ${webhookId} and redrive_of is null)`,
      ),
      ...this.#disable(disabled),
    );
  }

  /** Lets another sender go on at once. */
  async release(): Promise<void> {
    await this.#db.query(sql`
      update destination_cursors set lease_token = null, lease_until = null
      where destination_id = ${this.#destinationId} and lease_token = ${this.#token}`);
  }

  /** Each of them takes what it changes from `leased`, which is empty when the lease is lost. */
  async #change(...changes: SQLQuery[]): Promise<boolean> {
    const parts = changes.map((change, i) => sql`${sql.ident(`change_${i}`)} as (${change} returning 1)`);
    const [row] = await this.#db.query(sql`
      with leased as (
        select destination_id from destination_cursors
        where destination_id = ${this.#destinationId} and lease_token = ${this.#token} for update
      ), ${sql.join(parts, ", ")}
      select exists (select from leased) as held`);
    return row.held;
  }

  #advance(position: string, also: SQLQuery = sql``): SQLQuery {
    return sql`
      update destination_cursors c set position = greatest(position, ${pack(position)}) ${also}
      from leased where c.destination_id = leased.destination_id`;
  }

  #disable(reason: DisabledReason | undefined): SQLQuery[] {
    if (!reason) return [];
    return [
      sql`
        update destinations d set enabled = false, disabled_reason = ${reason}, updated_at = now()
        from leased where d.destination_id = leased.destination_id`,
    ];
  }

  #settle(webhookId: string, how: SQLQuery, attempt: DeliveryAttempt): SQLQuery {
    return sql`
      update deliveries d set ${how}, attempts = attempts + 1, last_attempts = case
          when jsonb_array_length(last_attempts) < ${ATTEMPTS} then last_attempts else last_attempts - 0
        end || ${JSON.stringify(attempt)}::jsonb
      from leased where webhook_id = ${webhookId} and d.destination_id = leased.destination_id`;
  }
}

/** An answer that settles the batch ends what failed before it. */
const well = sql`failures = 0, failing_since = null, not_before = null`;

/** Of a cursor `c`. When an attempt has been due for a day it is we who were away: what it fails with is the first failure. */
const failingSince = sql`case when c.not_before > now() - interval '1 day' then c.failing_since end`;

/** Of a cursor `c` and its destination `d`. */
const columns = sql`d.url, d.envelope, d.event_filter, d.secrets, c.position, c.failures, c.refusals,
  coalesce(extract(epoch from now() - ${failingSince}) * 1000, 0)::float8 as failing_ms,
  greatest(0, coalesce(extract(epoch from c.not_before - now()) * 1000, 0))::float8 as wait_ms`;

const pack = (position: string): string => String(packPosition(position));

interface HeldRow {
  url: string;
  envelope: Envelope;
  event_filter: EventFilter;
  secrets: Secret[];
  position: string;
  failures: number;
  failing_ms: number;
  wait_ms: number;
  refusals: number;
  webhook_id: string | null;
  after: string;
  through: string;
  queued: boolean | null;
}

const toHeld = (row: HeldRow): Held => ({
  url: row.url,
  envelope: row.envelope,
  filter: row.event_filter,
  secrets: row.secrets,
  position: unpackPosition(row.position),
  failures: row.failures,
  failingMs: row.failing_ms,
  waitMs: row.wait_ms,
  isRefusingAll: row.refusals >= REFUSALS,
  batch: row.webhook_id
    ? { webhookId: row.webhook_id, after: unpackPosition(row.after), through: unpackPosition(row.through) }
    : undefined,
  isQueued: row.queued ?? false,
});
