import { type ConnectionPool, type Queryable, sql } from "@databases/pg";
import type { Scope } from "../../contracts/access.ts";
import type { Page } from "../../contracts/api.ts";
import type { DeadLetterReason } from "../../contracts/dead-letter.ts";
import { type LetterChoice, type LetterJob, redriveRate } from "../../contracts/letters.ts";
import { decodeCursor, encodeCursor } from "../../lib/cursor.ts";
import { isChosen, isOpen } from "./letter-choice.ts";
import { countLetters } from "./letters.ts";

/** The table `letter_jobs`: runs that redrive or discard letters, and what they do to `dead_letters`. */

/** A process that was not heard of for this long has left its jobs. */
const OWNED = sql`now() + interval '15 seconds'`;

interface JobRow {
  job_id: string;
  kind: LetterJob["kind"];
  chosen: Choice;
  through: string;
  rate: number | null;
  total: string;
  done: string;
  failed: string;
  state: LetterJob["state"];
  reason: string | null;
  asked_by: string;
  why: string | null;
  started_at: Date;
  ended_at: Date | null;
}

type Choice = LetterChoice & { scope: Scope };

/** A job as the process needs it that works on it. */
export interface OwnedJob extends LetterJob {
  chosen: Choice;
  /** Packed. */
  through: string;
}

/** A letter on its way back. */
export interface TakenLetter {
  /** Packed. */
  position: string;
  stage: string;
  reason: DeadLetterReason;
  stream: string | null;
  group: string | null;
  /** Of its payload. */
  bytes: number;
}

interface Wanted extends LetterChoice {
  scope?: Scope | undefined;
  kind: LetterJob["kind"];
  rate?: number | undefined;
  askedBy: string;
  why?: string | undefined;
}

/** Records a job. Letters that come later are not its own, so that what fails again is not taken again. */
export async function startJob(
  db: Queryable,
  { kind, ids, filter, scope = {}, rate = redriveRate.default, askedBy, why }: Wanted,
): Promise<LetterJob> {
  const { count } = await countLetters(db, { ids, filter, scope });
  const chosen = JSON.stringify({ ids, filter, scope } satisfies Choice);
  const [row]: JobRow[] = await db.query(sql`
    insert into letter_jobs (kind, chosen, through, rate, total, asked_by, why, started_at)
    values (${kind}, ${chosen}::jsonb, (select coalesce(max(position), 0) from dead_letters), ${kind === "redrive" ? rate : null}, ${count},
      ${askedBy}, ${why ?? null}, date_trunc('milliseconds', now()))
    returning *`);
  return toJob(row as JobRow);
}

/** A job of somebody who may see other letters is not there. */
const isIn = (scope: Scope) =>
  scope.channelIds || scope.simulated ? sql`j.chosen->'scope' = ${JSON.stringify(scope)}::jsonb` : sql`true`;

/** Null when there is no such job. */
export async function findJob(
  db: Queryable,
  { id, scope = {} }: { id: string; scope?: Scope | undefined },
): Promise<LetterJob | null> {
  const [row]: JobRow[] = await db.query(sql`select * from letter_jobs j where job_id = ${id} and ${isIn(scope)}`);
  return row ? toJob(row) : null;
}

/** The newest first. */
export async function listJobs(
  db: Queryable,
  { scope = {}, after, limit }: { scope?: Scope | undefined; after?: string | undefined; limit: number },
): Promise<Page<LetterJob>> {
  const [startedAt, id] = after
    ? decodeCursor(after, [/^\d{1,14}$/, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/])
    : [];
  const isOlder = startedAt
    ? sql`(started_at, job_id) < (${new Date(Number(startedAt)).toISOString()}, ${id})`
    : sql`true`;
  const rows: JobRow[] = await db.query(sql`
    select * from letter_jobs j where ${isIn(scope)} and ${isOlder}
    order by started_at desc, job_id desc limit ${limit + 1}`);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items: rows.slice(0, limit).map(toJob),
    next: last ? encodeCursor([last.started_at.getTime(), last.job_id]) : null,
  };
}

/** Takes no further letters; those that are on their way back go on. Null when there is no such job. */
export async function cancelJob(
  db: Queryable,
  { id, scope = {} }: { id: string; scope?: Scope | undefined },
): Promise<LetterJob | null> {
  await db.query(sql`
    update letter_jobs j set state = 'cancelled', ended_at = now(), reason = null
    where job_id = ${id} and state = 'running' and ${isIn(scope)}`);
  return findJob(db, { id, scope });
}

/** Makes jobs that nobody works on this process's: those that run, and those that left letters on their way. */
export async function adoptJobs(db: Queryable, owner: string): Promise<OwnedJob[]> {
  const rows: JobRow[] = await db.query(sql`
    update letter_jobs set owner = ${owner}, owned_until = ${OWNED}
    where job_id in (
      select job_id from letter_jobs
      where (state = 'running' or job_id in (select job_id from dead_letters where state = 'redriving'))
        and (owned_until is null or owned_until < now())
      order by started_at limit 4
      for update skip locked
    )
    returning *`);
  return rows.map((row) => ({ ...toJob(row), chosen: row.chosen, through: row.through }));
}

/** Says that the job is still worked on, and what it waits for. */
export async function renewJob(db: Queryable, id: string, owner: string, reason: string | null): Promise<void> {
  await db.query(sql`
    update letter_jobs set owned_until = ${OWNED}, reason = case when state = 'running' then ${reason} else reason end
    where job_id = ${id} and owner = ${owner}`);
}

/** Leaves all jobs of a process to another one. */
export async function leaveJobs(db: Queryable, owner: string): Promise<void> {
  await db.query(sql`update letter_jobs set owned_until = null where owner = ${owner}`);
}

/** Letters that a job took and whose outcome is not known: sent again, they do nothing twice. */
export async function lettersOf(db: Queryable, { id }: OwnedJob): Promise<TakenLetter[]> {
  return db.query(sql`
    select ${takenColumns} from dead_letters l where job_id = ${id} and state = 'redriving' order by position`);
}

const takenColumns = sql`l.position, l.stage, l.reason, l.stream, l.consumer_group as "group", octet_length(l.payload) as bytes`;

/**
 * Claims the next letters of a redrive, before anything is sent: of two jobs that want a letter one gets it. Null when the
 * job is not ours to go on with, or was cancelled.
 */
export function takeLetters(
  db: ConnectionPool,
  job: OwnedJob,
  owner: string,
  most: number,
): Promise<TakenLetter[] | null> {
  return db.tx(async (tx) => {
    const taken = await ownedPlace(tx, job, owner);
    if (taken === null) return null;
    const rows: TakenLetter[] = await tx.query(sql`
      with ${nextLetters(job, taken, most)}
      update dead_letters l
      set state = 'redriving', state_at = now(), job_id = ${job.id}, redrives = redrives + 1, decided_by = ${job.askedBy}
      from next where l.position = next.position
      returning ${takenColumns}`);
    await advance(tx, job, rows);
    return rows.sort((a, b) => byValue(BigInt(a.position), BigInt(b.position)));
  });
}

/** Discards the next letters; resolves with how many, null as `takeLetters`. */
export function discardLetters(db: ConnectionPool, job: OwnedJob, owner: string, most: number): Promise<number | null> {
  return db.tx(async (tx) => {
    const taken = await ownedPlace(tx, job, owner);
    if (taken === null) return null;
    const rows: { position: string }[] = await tx.query(sql`
      with ${nextLetters(job, taken, most)}
      update dead_letters l
      set state = 'discarded', state_at = now(), job_id = ${job.id}, decided_by = ${job.askedBy}, why = ${job.why}
      from next where l.position = next.position
      returning l.position`);
    await advance(tx, job, rows);
    await tx.query(sql`update letter_jobs set done = done + ${rows.length} where job_id = ${job.id}`);
    return rows.length;
  });
}

/** How far the job is, and holds it; null when it is not this process's, or over. */
async function ownedPlace(tx: Queryable, { id }: OwnedJob, owner: string): Promise<string | null> {
  const [row] = await tx.query(sql`
    update letter_jobs set owned_until = ${OWNED} where job_id = ${id} and owner = ${owner} and state = 'running'
    returning taken`);
  return row?.taken ?? null;
}

/** Locks letters in one order, whoever else does. */
const nextLetters = ({ chosen: { scope, ...choice }, through }: OwnedJob, taken: string, most: number) => sql`
  next as materialized (
    select l.position from dead_letters l
    where ${isChosen(choice, scope)} and ${isOpen} and l.position > ${taken} and l.position <= ${through}
    order by l.position limit ${most} for update
  )`;

async function advance(tx: Queryable, { id }: OwnedJob, rows: readonly { position: string }[]): Promise<void> {
  const last = rows
    .map(({ position }) => BigInt(position))
    .sort(byValue)
    .at(-1);
  if (last !== undefined) await tx.query(sql`update letter_jobs set taken = ${String(last)} where job_id = ${id}`);
}

const byValue = (a: bigint, b: bigint) => (a < b ? -1 : 1);

/** What letters hold, for the service that takes them back. */
export async function contentOf(
  db: Queryable,
  positions: readonly string[],
): Promise<{ position: string; entry_id: string | null; destination: string | null; payload: string }[]> {
  return db.query(sql`
    select position, entry_id, destination, payload from dead_letters
    where position = any(${positions}::bigint[]) order by position`);
}

/**
 * Records what became of letters: each once, whoever else records the same.
 *
 * @param positions packed
 * @param refused by position, why
 */
export async function settleLetters(
  db: ConnectionPool,
  { id }: OwnedJob,
  positions: readonly string[],
  refused: ReadonlyMap<string, string>,
): Promise<void> {
  const outcomes = JSON.stringify(positions.map((position) => ({ position, error: refused.get(position) ?? null })));
  await db.tx(async (tx) => {
    const rows: { failed: boolean }[] = await tx.query(sql`
      update dead_letters l
      set state = case when o.error is null and l.failed_as is null then 'redriven' else 'failed' end,
        state_at = now(), last_error = left(o.error, 2000)
      from jsonb_to_recordset(${outcomes}::jsonb) as o (position bigint, error text)
      where l.position = o.position and l.job_id = ${id} and l.state = 'redriving'
      returning o.error is not null as failed`);
    const failed = rows.filter((row) => row.failed).length;
    await tx.query(sql`
      update letter_jobs set done = done + ${rows.length}, failed = failed + ${failed}, owned_until = ${OWNED}, reason = null
      where job_id = ${id}`);
  });
}

/** The end of a job. What it holds of a failed one may be taken again. */
export async function endJob(
  db: ConnectionPool,
  { id }: OwnedJob,
  { state, reason }: { state: "done" | "failed"; reason?: string },
): Promise<void> {
  await db.tx(async (tx) => {
    await tx.query(sql`
      update letter_jobs set state = ${state}, reason = ${reason ?? null}, ended_at = now()
      where job_id = ${id} and state = 'running'`);
    await tx.query(sql`
      update dead_letters set state = 'new', state_at = now() where job_id = ${id} and state = 'redriving'`);
  });
}

const toJob = (row: JobRow): LetterJob => ({
  id: row.job_id,
  kind: row.kind,
  state: row.state,
  total: Number(row.total),
  done: Number(row.done),
  failed: Number(row.failed),
  rate: row.rate,
  reason: row.reason,
  askedBy: row.asked_by,
  why: row.why,
  startedAt: row.started_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
});
