import { type Queryable, sql } from "@databases/pg";
import { Errors } from "moleculer";
import type { Role } from "../../contracts/access.ts";
import type { Page } from "../../contracts/api.ts";
import type { Note } from "../../contracts/people.ts";
import { decodeCursor, encodeCursor } from "../../lib/cursor.ts";
import { type PersonQuery, personIn } from "./person.ts";
import { inScope } from "./scope.ts";

/** Who writes, as the note tells it for good. */
export interface Author {
  /** Of their key or login; null: the administrator. */
  id: string | null;
  name: string;
  role: Role;
}

interface NoteRow {
  note_id: string;
  channel_id: string;
  text: string;
  session_id: string | null;
  event_id: string | null;
  author_name: string;
  author_role: Role;
  created_at: Date;
}

const columns = sql`note_id, n.channel_id, text, session_id, event_id, author_name, author_role, n.created_at`;

/** created_at in Unix milliseconds, note_id. */
const cursorShape = [/^\d{1,14}$/, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/] as const;

/** What the channels of a scope noted about somebody, the newest first; null when none of them ever saw them. */
export async function notes(
  db: Queryable,
  { after, limit, ...query }: PersonQuery & { after?: string | undefined; limit: number },
): Promise<Page<Note> | null> {
  const [createdAt, noteId] = after ? decodeCursor(after, cursorShape) : [];
  const older = createdAt
    ? sql`(n.created_at, note_id) < (${new Date(Number(createdAt)).toISOString()}, ${noteId})`
    : sql`true`;
  const person = await personIn(db, query);
  if (!person) return null;
  const { scope, channelId } = query;
  const rows: NoteRow[] = await db.query(sql`
    select ${columns} from notes n join channels c using (channel_id)
    where user_ref = ${person.user_ref} and ${inScope(scope, sql`c`)} and ${older}
      and ${channelId === undefined ? sql`true` : sql`c.channel_id = ${channelId}`}
    order by n.created_at desc, note_id desc limit ${limit + 1}`);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items: rows.slice(0, limit).map((row) => toNote(query.userId, row)),
    next: last ? encodeCursor([last.created_at.getTime(), last.note_id]) : null,
  };
}

export interface NewNote extends PersonQuery {
  text: string;
  sessionId?: string | undefined;
  eventId?: string | undefined;
  author: Author;
}

/**
 * Keeps a note. It belongs to the channel that is named, else to that of the session or event it is about, else to the
 * only one of the scope that saw the person.
 *
 * @returns null when there is no such person, channel, session or event in the scope, or they do not belong together
 * @throws ValidationError CHANNEL_NEEDED when several channels come into question
 */
export async function addNote(db: Queryable, note: NewNote): Promise<Note | null> {
  const { userId, scope, text, sessionId = null, eventId = null, author } = note;
  const person = await personIn(db, { userId, scope });
  if (!person) return null;
  const channelId = await channelOf(db, note, person.streams);
  if (channelId === null) return null;
  const [row]: NoteRow[] = await db.query(sql`
    with n as (
      insert into notes (user_ref, channel_id, text, session_id, event_id, author_id, author_name, author_role)
      values (${person.user_ref}, ${channelId}, ${text}, ${sessionId}, ${eventId}, ${author.id}, ${author.name}, ${author.role})
      returning *
    ) select ${columns} from n`);
  return row ? toNote(userId, row) : null;
}

async function channelOf(
  db: Queryable,
  { scope, channelId, sessionId, eventId }: NewNote,
  seen: readonly { channel_id: string | null }[],
): Promise<string | null> {
  const named = [
    channelId !== undefined &&
      sql`select channel_id from channels c where channel_id = ${channelId} and ${inScope(scope, sql`c`)}`,
    sessionId !== undefined &&
      sql`select channel_id from streams s where ${inScope(scope, sql`s`)} and stream_id = coalesce(
        (select stream_id from sessions where session_id = ${sessionId}),
        (select stream_id from replays where session_id = ${sessionId}))`,
    eventId !== undefined &&
      sql`select s.channel_id from events e join streams s using (stream_id)
        where e.event_id = ${eventId} and ${inScope(scope, sql`s`)}`,
  ].filter((query) => query !== false);
  if (named.length === 0) return onlyOne(new Set(seen.flatMap(({ channel_id }) => channel_id ?? [])));
  const found = new Set<string | null>();
  for (const query of named) found.add((await db.query(query))[0]?.channel_id ?? null);
  return found.size === 1 ? ([...found][0] ?? null) : null;
}

function onlyOne(channels: ReadonlySet<string>): string | null {
  if (channels.size < 2) return [...channels][0] ?? null;
  throw new Errors.ValidationError(
    "Several channels saw this person: say in `channelId` whose note it is.",
    "CHANNEL_NEEDED",
    {},
  );
}

/** Resolves with the channel whose note it was; null: there is no such note about them in the scope. */
export async function removeNote(
  db: Queryable,
  { userId, noteId, scope }: PersonQuery & { noteId: string },
): Promise<string | null> {
  const [removed] = await db.query(sql`
    delete from notes n using users u, channels c
    where n.note_id = ${noteId} and u.user_ref = n.user_ref and u.tiktok_id = ${userId}
      and c.channel_id = n.channel_id and ${inScope(scope, sql`c`)}
    returning n.channel_id`);
  return removed?.channel_id ?? null;
}

const toNote = (userId: string, row: NoteRow): Note => ({
  noteId: row.note_id,
  userId,
  channelId: row.channel_id,
  text: row.text,
  sessionId: row.session_id,
  eventId: row.event_id,
  author: { name: row.author_name, role: row.author_role },
  createdAt: row.created_at.toISOString(),
});
