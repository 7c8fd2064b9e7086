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

/** A person as the table has them. */
interface UserRow {
  tiktok_id: string;
  user_ref: string;
  unique_id: string;
  display_name: string;
  avatar_url: string | null;
  identity_at: Date;
}

/** A row that says the same is written again after this long: how late a change may be stored and still be known as old. */
const RENEW_MS = 60_000;

/**
 * Resolves with user_ref by TikTok's id. Writes who is new or has changed, and who has not been written for a minute: once
 * for each event would cost a fifth of storing it (ADR 5).
 */
export async function upsertUsers(tx: Queryable, people: readonly Identity[]): Promise<Map<string, string>> {
  if (people.length === 0) return new Map();
  const rows: UserRow[] = await tx.query(sql`
    select tiktok_id, user_ref, unique_id, display_name, avatar_url, identity_at
    from users where tiktok_id = any(${people.map((person) => person.tiktok_id)})`);
  const known = new Map(rows.map((row) => [row.tiktok_id, row]));
  const told = people.filter((person) => saysMore(person, known.get(person.tiktok_id)));
  const refs = new Map(rows.map((row) => [row.tiktok_id, row.user_ref]));
  for (const row of await write(tx, told)) refs.set(row.tiktok_id, row.user_ref);
  return refs;
}

function saysMore(person: Identity, known: UserRow | undefined): boolean {
  if (known === undefined) return true;
  if (person.unique_id === "" && known.unique_id !== "") return false;
  return (
    person.unique_id !== known.unique_id ||
    person.display_name !== known.display_name ||
    pictureOf(person.avatar_url) !== pictureOf(known.avatar_url) ||
    Date.parse(person.identity_at) - known.identity_at.getTime() > RENEW_MS
  );
}

/** Without the host and the signature, which differ from message to message. */
const pictureOf = (url: string | null | undefined) => url?.replace(/^https?:\/\/[^/]*|\?.*$/g, "") ?? null;

/** The newest wins. In the order of ids, so that two writers never wait in a circle. */
async function write(tx: Queryable, people: readonly Identity[]): Promise<Pick<UserRow, "tiktok_id" | "user_ref">[]> {
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
