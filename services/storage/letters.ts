import { type Queryable, type SQLQuery, sql } from "@databases/pg";
import type { Scope } from "../../contracts/access.ts";
import type { Page } from "../../contracts/api.ts";
import type { DeadLetterReason } from "../../contracts/dead-letter.ts";
import {
  type Letter,
  type LetterCause,
  type LetterChoice,
  type LetterDetail,
  type LetterFilter,
  type LetterState,
  letterStates,
} from "../../contracts/letters.ts";
import { decodeCursor, encodeCursor } from "../../lib/cursor.ts";
import { packPosition, unpackPosition } from "../../lib/position.ts";
import { scrub } from "../../lib/redact.ts";
import { fits, isChosen, isOneOf, isOpen, lettersInScope } from "./letter-choice.ts";
import { namesOf } from "./letter-destinations.ts";

/** What there is in the table `dead_letters`. */

interface LetterRow {
  position: string;
  stage: string;
  reason: DeadLetterReason;
  error: string;
  cause: string;
  state: LetterState;
  state_at: Date | null;
  failed_at: Date;
  stream: string | null;
  entry_id: string | null;
  consumer_group: string | null;
  destination: string | null;
  attempts: number | null;
  stream_id: string | null;
  session_id: string | null;
  redrives: number;
  last_error: string | null;
  redrive_of: string | null;
  failed_as: string | null;
  decided_by: string | null;
  why: string | null;
}

const columns = sql`position, stage, reason, error, cause, state, state_at, failed_at, stream, entry_id, consumer_group,
  destination, attempts, stream_id, session_id, redrives, last_error, redrive_of, failed_as, decided_by, why`;

interface LettersQuery {
  filter: LetterFilter;
  scope?: Scope | undefined;
  after?: string | undefined;
  limit: number;
}

/** A packed position: a bigint. */
const place = [/^[0-8]?\d{1,18}$/] as const;

/** The newest first. */
export async function letters(
  db: Queryable,
  { filter, scope = {}, after, limit }: LettersQuery,
): Promise<Page<Letter>> {
  const rows: LetterRow[] = await db.query(sql`
    select ${columns} from dead_letters l
    where ${within(filter, scope)} and ${after ? sql`position < ${decodeCursor(after, place)[0]}` : sql`true`}
    order by position desc limit ${limit + 1}`);
  const named = await namesOf(db, rows);
  return toPage(
    rows,
    limit,
    ({ position }) => position,
    (row) => ({ ...toLetter(row), ...named(row) }),
  );
}

/** Letters by what they have in common; the cause with the newest letter first. */
export async function letterCauses(
  db: Queryable,
  { filter, scope = {}, after, limit }: LettersQuery,
): Promise<Page<LetterCause>> {
  const rows: CauseRow[] = await db.query(sql`
    select cause, min(stage) as stage, min(reason) as reason, min(destination) as destination,
      letter_kind(min(destination), min(error)) as error, count(*) as count,
      count(*) filter (where ${isOpen}) as open, min(failed_at) as first_at, max(failed_at) as last_at,
      max(position) as sample
    from dead_letters l
    where ${within(filter, scope)}
    group by cause
    having ${after ? sql`max(position) < ${decodeCursor(after, place)[0]}` : sql`true`}
    order by max(position) desc limit ${limit + 1}`);
  const named = await namesOf(db, rows);
  return toPage(
    rows,
    limit,
    ({ sample }) => sample,
    (row) => ({ ...toCause(row), ...named(row) }),
  );
}

interface CauseRow {
  cause: string;
  stage: string;
  reason: DeadLetterReason;
  destination: string | null;
  error: string;
  count: string;
  open: string;
  first_at: Date;
  last_at: Date;
  sample: string;
}

/** But for what its destination is called. */
type Unnamed<Item> = Omit<Item, "destinationName" | "destinationHost">;

const within = (filter: LetterFilter, scope: Scope): SQLQuery => sql`${fits(filter)} and ${lettersInScope(scope)}`;

function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  positionOf: (row: Row) => string,
  toItem: (row: Row) => Item,
): Page<Item> {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: rows.slice(0, limit).map(toItem), next: last ? encodeCursor([positionOf(last)]) : null };
}

/** A letter as it was kept, its content included: not for a border. */
export interface WholeLetter extends Letter {
  payload: string;
  correlationId: string | null;
}

/** Null when there is none of that id within the scope. */
export async function findLetter(
  db: Queryable,
  { id, scope = {} }: { id: string; scope?: Scope | undefined },
): Promise<WholeLetter | null> {
  const [row]: (LetterRow & { payload: string; correlation_id: string | null })[] = await db.query(sql`
    select ${columns}, payload, correlation_id from dead_letters l
    where ${isOneOf([id])} and ${lettersInScope(scope)}`);
  if (!row) return null;
  const named = await namesOf(db, [row]);
  return { ...toLetter(row), ...named(row), payload: row.payload, correlationId: row.correlation_id };
}

/** The letters that one comes from, its own ancestor first; at most a hundred. */
export async function lineageOf(db: Queryable, { id }: { id: string }): Promise<LetterDetail["lineage"]> {
  const rows: LetterRow[] = await db.query(sql`
    with recursive lineage as (
      select redrive_of as position, 1 as depth from dead_letters where position = ${String(packPosition(id))}
      union all
      select d.redrive_of, depth + 1 from lineage join dead_letters d using (position) where depth < 100
    )
    select d.* from lineage join dead_letters d using (position) order by depth`);
  return rows
    .map(toLetter)
    .map(({ id, reason, error, failedAt, stateAt }) => ({ id, reason, error, failedAt, stateAt }));
}

/** How many letters a redrive or discard of these would take. */
export async function countLetters(
  db: Queryable,
  { scope = {}, ...choice }: LetterChoice & { scope?: Scope | undefined },
): Promise<{ count: number }> {
  const [row] = await db.query(
    sql`select count(*) as count from dead_letters l where ${isChosen(choice, scope)} and ${isOpen}`,
  );
  return { count: Number(row.count) };
}

/** How many letters are in each state. */
export async function lettersByState(db: Queryable): Promise<Record<LetterState, number>> {
  const rows: { state: LetterState; count: string }[] = await db.query(
    sql`select state, count(*) as count from dead_letters group by state`,
  );
  const counts = new Map(rows.map(({ state, count }) => [state, Number(count)]));
  return Object.fromEntries(letterStates.map((state) => [state, counts.get(state) ?? 0])) as Record<
    LetterState,
    number
  >;
}

const toLetter = (row: LetterRow): Unnamed<Letter> => ({
  id: unpackPosition(row.position),
  stage: row.stage,
  reason: row.reason,
  error: scrub(row.error),
  cause: row.cause,
  state: row.state,
  stateAt: row.state_at?.toISOString() ?? null,
  failedAt: row.failed_at.toISOString(),
  stream: row.stream,
  entryId: row.entry_id,
  group: row.consumer_group,
  destination: row.destination,
  attempts: row.attempts,
  streamId: row.stream_id,
  sessionId: row.session_id,
  redrives: row.redrives,
  lastError: row.last_error === null ? null : scrub(row.last_error),
  redriveOf: row.redrive_of === null ? null : unpackPosition(row.redrive_of),
  failedAs: row.failed_as === null ? null : unpackPosition(row.failed_as),
  decidedBy: row.decided_by,
  why: row.why,
});

const toCause = (row: CauseRow): Unnamed<LetterCause> => ({
  cause: row.cause,
  stage: row.stage,
  reason: row.reason,
  destination: row.destination,
  error: scrub(row.error),
  count: Number(row.count),
  open: Number(row.open),
  firstAt: row.first_at.toISOString(),
  lastAt: row.last_at.toISOString(),
  sample: unpackPosition(row.sample),
});
