import { type Queryable, sql } from "@databases/pg";
import { packPosition } from "../../lib/position.ts";
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

/** Reads the group before Postgres: what is acknowledged by then is stored by then. */
export async function boundary(redis: Streams["redis"], db: Queryable): Promise<bigint> {
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
  return lowWaterMark({
    lastDelivered: position(group?.["last-delivered-id"]),
    oldestPending: position(pending?.[1]),
    first: position((range?.[0] as unknown[] | undefined)?.[0]),
    stored: await highestPosition(db),
  });
}

const position = (id: unknown) => (typeof id === "string" ? packPosition(id) : undefined);

/** Packed; 0n when nothing is stored. */
export async function highestPosition(db: Queryable): Promise<bigint> {
  const [row] = await db.query(sql`select max(position) as position from events`);
  return BigInt(row.position ?? 0);
}
