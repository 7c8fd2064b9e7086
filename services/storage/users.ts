import { type Queryable, sql } from "@databases/pg";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import { type Columns, columnList, recordset } from "./recordset.ts";

/** What an event says about who did it, as a row of users. */
export interface Identity {
  tiktok_id: string;
  unique_id: string;
  display_name: string;
  avatar_url?: string | undefined;
  identity_at: string;
  identity_seq: number;
}

const columns: Columns<Identity> = {
  tiktok_id: "text",
  unique_id: "text",
  display_name: "text",
  avatar_url: "text",
  identity_at: "timestamptz",
  identity_seq: "bigint",
};

/** Everybody who did something in `events`, as the newest of them tells it. */
export function identities(events: readonly UnifiedEvent[]): Identity[] {
  const newest = new Map<string, Identity>();
  for (const { user, timestamp, seqNo } of events) {
    if (!user) continue;
    const known = newest.get(user.userId);
    const identity = {
      tiktok_id: user.userId,
      unique_id: user.uniqueId,
      display_name: user.displayName,
      avatar_url: user.avatarUrl,
      identity_at: timestamp,
      identity_seq: seqNo,
    };
    if (!known || isBetter(identity, known)) newest.set(user.userId, identity);
  }
  return [...newest.values()];
}

/** Newer; but one without a handle says less than any other. */
function isBetter(a: Identity, b: Identity): boolean {
  if ((a.unique_id === "") !== (b.unique_id === "")) return b.unique_id === "";
  if (a.identity_at !== b.identity_at) return a.identity_at > b.identity_at;
  return a.identity_seq > b.identity_seq;
}

/** Those of `people` that have no row yet get one. */
export async function userRefs(tx: Queryable, people: readonly Identity[]): Promise<UserRefs> {
  if (people.length === 0) return { byId: new Map(), known: [] };
  const rows: UserRow[] = await tx.query(
    sql`select tiktok_id, user_ref from users where tiktok_id = any(${people.map((person) => person.tiktok_id)})`,
  );
  const byId = refsById(rows);
  const known = people.filter((person) => byId.has(person.tiktok_id));
  const made = await upsertUsers(
    tx,
    people.filter((person) => !byId.has(person.tiktok_id)),
  );
  for (const [id, ref] of refsById(made)) byId.set(id, ref);
  return { byId, known };
}

export interface UserRefs {
  /** user_ref by TikTok's id. */
  byId: Map<string, string>;
  /** Who had a row before: what is said of them now may be newer. */
  known: Identity[];
}

interface UserRow {
  tiktok_id: string;
  user_ref: string;
}

const refsById = (rows: readonly UserRow[]) => new Map(rows.map((row) => [row.tiktok_id, row.user_ref]));

/** The newest wins. In the order of ids, so that two writers never wait in a circle. */
export async function upsertUsers(tx: Queryable, people: readonly Identity[]): Promise<UserRow[]> {
  if (people.length === 0) return [];
  return tx.query(sql`
    insert into users as u (${columnList(columns)}) ${recordset(columns, people)}
    order by tiktok_id
    on conflict (tiktok_id) do update set
      ${better("unique_id")}, ${better("display_name")}, ${better("avatar_url")}, ${better("identity_at")},
      ${better("identity_seq")}
    returning tiktok_id, user_ref`);
}

/** `column` as the better of two identities has it, by the rule of `isBetter`. */
function better(column: keyof Identity) {
  const name = sql.ident(column);
  return sql`${name} = case
    when (excluded.unique_id <> '', excluded.identity_at, excluded.identity_seq)
      > (u.unique_id <> '', u.identity_at, u.identity_seq)
    then excluded.${name} else u.${name} end`;
}
