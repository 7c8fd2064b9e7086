import { type Queryable, type SQLQuery, sql } from "@databases/pg";
import type { Roles } from "../../contracts/api.ts";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import { learned, toldBy } from "../../lib/roles.ts";
import { type Teller, userKey } from "./projections.ts";
import type { KnownTeller } from "./role-memory.ts";
import { between } from "./select-events.ts";

/**
 * What is known of a person's roles in a stream is the fold of what their messages told, in the order of positions; a
 * row of role_changes is a position at which that fold changes. This process remembers how the fold of a person stands
 * and of how many statements it is; if their row in stream_users, which every batch locks, has counted others, or the new
 * statements do not come after those, the rows are looked at again, and if the fold might have come out differently on
 * the way, the events are.
 */

/** A row of stream_users that counts other statements than were expected. bigints as text. */
export interface Surprise {
  stream_id: string;
  user_ref: string;
  /** With those of this batch. */
  tellings: string;
  /** Packed position of the last one before this batch. */
  told_before: string;
}

/** How people's folds stand, by `userKey`. */
export type Learnt = Map<string, KnownTeller>;

/** From `position` on, `roles` is known. */
interface Change {
  position: bigint;
  roles: Roles;
}

/** A person in a stream, with what becomes of their rows. */
interface Outcome {
  stream_id: string;
  user_ref: string;
  roles: Roles | undefined;
  /** Rows from here on are replaced; undefined: none are there. */
  from?: bigint;
  added: readonly Change[];
}

/** Someone whose fold has to be looked up. `before`: the last statement that was stored already; `last`: the last of all. */
type UnclearTeller = Teller & { before: bigint; last: bigint };

export async function changeRoles(
  tx: Queryable,
  tellers: ReadonlyMap<string, Teller>,
  expected: ReadonlyMap<string, KnownTeller>,
  surprises: readonly Surprise[],
): Promise<Learnt> {
  const surprised = new Map(surprises.map((row) => [userKey(row.stream_id, row.user_ref), row]));
  const learnt: Learnt = new Map();
  const outcomes: Outcome[] = [];
  const unclear: UnclearTeller[] = [];
  for (const [key, teller] of tellers) {
    const { statements } = teller;
    const surprise = surprised.get(key);
    const known = surprise ? undefined : expected.get(key);
    const before = surprise ? BigInt(surprise.told_before) : (known?.last ?? -1n);
    const own = positionOf(statements.at(-1));
    const last = own < before ? before : own;
    learnt.set(key, {
      tellings: surprise ? Number(surprise.tellings) : (known?.tellings ?? 0) + statements.length,
      last,
      roles: known?.roles,
    });
    if (surprise || positionOf(statements[0]) < before) unclear.push({ ...teller, before, last });
    else addOutcome(outcomes, teller, fold(known?.roles, statements));
  }
  if (unclear.length > 0) outcomes.push(...(await foldUnclear(tx, unclear)));
  for (const { stream_id, user_ref, roles } of outcomes) {
    (learnt.get(userKey(stream_id, user_ref)) as KnownTeller).roles = roles;
  }
  await write(tx, outcomes);
  if (surprises.length > 0) await clear(tx, surprises);
  return learnt;
}

const positionOf = (statement: Teller["statements"][number] | undefined) => statement?.position ?? 0n;

function addOutcome(outcomes: Outcome[], { stream_id, user_ref }: Teller, { roles, added }: Fold): void {
  if (added.length > 0) outcomes.push({ stream_id, user_ref, roles, added });
}

/** What is known in the end, and where that changed on the way. */
interface Fold {
  roles: Roles | undefined;
  added: readonly Change[];
}

const nothing: readonly Change[] = [];

function fold(known: Roles | undefined, statements: Teller["statements"]): Fold {
  let roles = known;
  let added: Change[] | undefined;
  for (const { position, told } of statements) {
    const next = learned(roles, told);
    if (next === roles) continue;
    roles = next;
    added ??= [];
    added.push({ position, roles });
  }
  return { roles, added: added ?? nothing };
}

/** One outcome for each. */
async function foldUnclear(tx: Queryable, unclear: readonly UnclearTeller[]): Promise<Outcome[]> {
  const changes = await changesOf(tx, unclear);
  const outcomes: Outcome[] = [];
  const late: UnclearTeller[] = [];
  for (const teller of unclear) {
    const { stream_id, user_ref, statements, before } = teller;
    const rows = changes.get(userKey(stream_id, user_ref)) ?? [];
    const isNews = ({ position, told }: Teller["statements"][number]) => {
      const known = asOf(rows, position);
      return learned(known, told) !== known;
    };
    if (positionOf(statements[0]) > before) {
      outcomes.push({ stream_id, user_ref, ...fold(rows.at(-1)?.roles, statements) });
    } else if (statements.some(isNews)) late.push(teller);
    else outcomes.push({ stream_id, user_ref, roles: rows.at(-1)?.roles, added: nothing });
  }
  const stored = late.length > 0 ? await storedStatements(tx, late) : new Map<string, Teller["statements"]>();
  for (const { stream_id, user_ref, statements } of late) {
    const key = userKey(stream_id, user_ref);
    const from = positionOf(statements[0]);
    const base = asOf(changes.get(key) ?? [], from - 1n);
    outcomes.push({ stream_id, user_ref, from, ...fold(base, stored.get(key) ?? []) });
  }
  return outcomes;
}

function asOf(changes: readonly Change[], position: bigint): Roles | undefined {
  return changes.findLast((change) => change.position <= position)?.roles;
}

async function changesOf(tx: Queryable, tellers: readonly Teller[]): Promise<Map<string, Change[]>> {
  const rows: { stream_id: string; user_ref: string; position: string; roles: Roles }[] = await tx.query(sql`
    select stream_id, user_ref, position, roles from role_changes
    where user_ref = any(${tellers.map((teller) => teller.user_ref)}::uuid[])
      and stream_id = any(${tellers.map((teller) => teller.stream_id)})
    order by position`);
  const changes = new Map<string, Change[]>();
  for (const { stream_id, user_ref, position, roles } of rows) {
    add(changes, userKey(stream_id, user_ref), { position: BigInt(position), roles });
  }
  return changes;
}

/** All statements of each teller from the first of these to the last that is stored, from the events themselves. */
async function storedStatements(
  tx: Queryable,
  tellers: readonly UnclearTeller[],
): Promise<Map<string, Teller["statements"]>> {
  const ranges = JSON.stringify(
    tellers.map(({ stream_id, user_ref, last, statements }) => {
      return { stream_id, user_ref, first: String(positionOf(statements[0])), last: String(last) };
    }),
  );
  const people = sql`
    jsonb_to_recordset(${ranges}::jsonb) as d (stream_id text, user_ref uuid, first bigint, last bigint)`;
  const [bounds] = await tx.query(sql`
    select min(first_at) as first_at, max(last_at) as last_at
    from stream_users u join ${people} on u.stream_id = d.stream_id and u.user_ref = d.user_ref`);
  const inWeeks = (table: SQLQuery) => between(table, bounds.first_at.getTime(), bounds.last_at.getTime());
  const rows: StatementRow[] = await tx.query(sql`
    select e.stream_id, e.user_ref, e.position, e.event_type, e.sub_type, p.personal->'user' as user
    from ${people}
      join events e on e.stream_id = d.stream_id and e.position between d.first and d.last and e.user_ref = d.user_ref
      join event_pii p on p.event_id = e.event_id and p.timestamp = e.timestamp
    where ${inWeeks(sql`e`)} and ${inWeeks(sql`p`)}
    order by e.position`);
  const statements = new Map<string, Teller["statements"]>();
  for (const { stream_id, user_ref, position, event_type, sub_type, user } of rows) {
    const told = toldBy({ eventType: event_type, subType: sub_type ?? undefined, user });
    if (told) add(statements, userKey(stream_id, user_ref), { position: BigInt(position), told });
  }
  return statements;
}

interface StatementRow {
  stream_id: string;
  user_ref: string;
  position: string;
  event_type: UnifiedEvent["eventType"];
  sub_type: string | null;
  user: UnifiedEvent["user"];
}

async function write(tx: Queryable, outcomes: readonly Outcome[]): Promise<void> {
  const replaced = outcomes.flatMap(({ stream_id, user_ref, from }) =>
    from ? [{ stream_id, user_ref, position: String(from) }] : [],
  );
  if (replaced.length > 0) {
    await tx.query(sql`
      delete from role_changes c using ${rowsOf(replaced)}
      where c.user_ref = d.user_ref and c.stream_id = d.stream_id and c.position >= d.position`);
  }
  const added = outcomes.flatMap(({ stream_id, user_ref, added }) =>
    added.map(({ position, roles }) => ({ stream_id, user_ref, position: String(position), roles })),
  );
  if (added.length === 0) return;
  await tx.query(sql`
    insert into role_changes (user_ref, position, stream_id, roles)
    select user_ref, position, stream_id, roles from ${rowsOf(added)} order by user_ref, position`);
}

async function clear(tx: Queryable, surprises: readonly Surprise[]): Promise<void> {
  await tx.query(sql`
    update stream_users u set told_before = null from ${rowsOf(surprises)}
    where u.stream_id = d.stream_id and u.user_ref = d.user_ref`);
}

/** Of role_changes or less, as a table `d`: roles change seldom, so there are few. */
const rowsOf = (rows: readonly object[]): SQLQuery =>
  sql`jsonb_populate_recordset(null::role_changes, ${JSON.stringify(rows)}::jsonb) d`;

function add<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}
