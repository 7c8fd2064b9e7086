import { setTimeout as sleep } from "node:timers/promises";
import { type Queryable, type SQLQuery, sql } from "@databases/pg";
import { OutageError } from "../../lib/errors.ts";
import { comparePositions, packPosition, unpackPosition } from "../../lib/position.ts";
import { pairs } from "../../mixins/streams/reply.ts";
import type { Streams } from "../../mixins/streams.mixin.ts";

const STREAM = "ttlc:events";
const GROUP = "storage";

/** Where Postgres ends and ttlc:events begins, for readers of both. All are packed positions. */
interface Progress {
  /** What the group storage was given last; undefined: there is no such group. */
  lastDelivered?: bigint | undefined;
  /** The oldest entry it was given and has not acknowledged. */
  oldestPending?: bigint | undefined;
  /** The oldest entry still in the stream; undefined: it is empty or gone. */
  first?: bigint | undefined;
  /** The highest position in Postgres. */
  stored: bigint;
}

/**
 * The highest position B such that Postgres has all there is up to B, and the stream all there is above it.
 * What was trimmed or lost from the stream is nowhere else than in Postgres, so B is never below what it starts at.
 */
export function lowWaterMark({ lastDelivered = 0n, oldestPending, first, stored }: Progress): bigint {
  if (first === undefined) return stored;
  const settled = oldestPending === undefined ? lastDelivered : oldestPending - 1n;
  return settled > first - 1n ? settled : first - 1n;
}

/** How often a reader looks whether the transactions that it waits for have ended. */
const LOOK_MS = 20;

/**
 * Reads the group before Postgres: what is acknowledged by then is stored by then.
 *
 * When Redis lost entries, some of them may be on their way into Postgres: they are pending nowhere, and no mark is
 * true before they are stored. So transactions with entries that the stream does not have are waited for.
 *
 * @param patienceMs how long
 * @throws OutageError when they do not end
 */
export async function boundary(redis: Streams["redis"], db: Queryable, patienceMs = 5_000): Promise<bigint> {
  let group = await groupProgress(redis);
  const deadline = performance.now() + patienceMs;
  for (let waitsFor = "Postgres"; ; ) {
    const { stored, oldestInFlight } = await storeProgress(db);
    const mark = lowWaterMark({ ...group, stored });
    if (!isLost(oldestInFlight, group.first) && !isBelow(oldestInFlight, mark)) {
      if (group.first === undefined || stored <= given(group)) return mark;
      const later = await groupProgress(redis);
      if (stored <= given(later)) return mark; // the group went on meanwhile
      const above = oldestInFlight === undefined ? await aboveLost(redis, later, stored) : undefined;
      if (above !== undefined) return above;
      group = later;
      waitsFor = "ttlc:events, which lost entries and is being caught up,";
    }
    if (performance.now() > deadline) throw new OutageError(waitsFor);
    await sleep(LOOK_MS);
  }
}

const given = ({ lastDelivered = 0n }: GroupProgress) => lastDelivered;

/**
 * The mark when Redis came back with less than it had, a replica that was behind or an older file: Postgres has more than
 * the group was ever given, and what is missing in the stream is there only. Up to the next entry of the stream, that is
 * all there is. Undefined while the group works on what it had before.
 */
async function aboveLost(redis: Streams["redis"], group: GroupProgress, stored: bigint): Promise<bigint | undefined> {
  if (group.oldestPending !== undefined) return undefined;
  const [next] = await redis.xrange(STREAM, `(${unpackPosition(given(group))}`, "+", "COUNT", 1);
  if (next) return packPosition(next[0]) - 1n;
  const isSame = given(await groupProgress(redis)) === given(group); // else it was given what we did not see
  return isSame ? stored : undefined;
}

const isLost = (position: bigint | undefined, first: bigint | undefined) =>
  position !== undefined && (first === undefined || position < first);
const isBelow = (position: bigint | undefined, mark: bigint) => position !== undefined && position <= mark;

type GroupProgress = Omit<Progress, "stored">;

async function groupProgress(redis: Streams["redis"]): Promise<GroupProgress> {
  const replies = await redis
    .multi()
    .xinfo("GROUPS", STREAM)
    .xpending(STREAM, GROUP)
    .xrange(STREAM, "-", "+", "COUNT", 1)
    .exec();
  const [groups, pending, range] = (replies ?? []).map(([error, reply]) => {
    if (error && !/^(ERR no such key|NOGROUP)/.test(error.message)) throw error;
    return error ? undefined : (reply as unknown[]);
  });
  const group = groups?.map((reply) => pairs(reply as unknown[])).find(({ name }) => name === GROUP);
  return {
    lastDelivered: position(group?.["last-delivered-id"]),
    oldestPending: position(pending?.[1]),
    first: position((range?.[0] as unknown[] | undefined)?.[0]),
  };
}

const position = (id: unknown) => (typeof id === "string" ? packPosition(id) : undefined);

/**
 * The first statement of a transaction that stores `entries`: tells readers the lowest of their positions, and sees to it
 * that the commit is on disk before the entries are acknowledged.
 */
export function announce(entries: readonly { id: string }[]): SQLQuery {
  const lowest = entries.reduce((low, { id }) => (comparePositions(id, low) < 0 ? id : low), entries[0]?.id ?? "0-0");
  return sql`
    select pg_advisory_xact_lock_shared(${String(packPosition(lowest))}::bigint),
      set_config('synchronous_commit', 'on', true)`;
}

/** Shared advisory locks are taken by `announce` only; pg_locks has their 64 bits in two halves. */
async function storeProgress(db: Queryable): Promise<{ stored: bigint; oldestInFlight: bigint | undefined }> {
  const [row] = await db.query(sql`
    select (select max(position) from events) as stored, (
      select min(classid::bigint << 32 | objid::bigint) from pg_locks
      where locktype = 'advisory' and mode = 'ShareLock' and objsubid = 1
        and database = (select oid from pg_database where datname = current_database())
    ) as in_flight`);
  return {
    stored: BigInt(row.stored ?? 0),
    oldestInFlight: row.in_flight === null ? undefined : BigInt(row.in_flight),
  };
}

/** Packed; 0n when nothing is stored. */
export async function highestPosition(db: Queryable): Promise<bigint> {
  const [row] = await db.query(sql`select max(position) as position from events`);
  return BigInt(row.position ?? 0);
}
