import { type Queryable, sql } from "@databases/pg";
import type { Provider } from "../../contracts/raw-envelope.ts";

/** A room that is to be followed. */
export interface WantedRoom {
  /** Lower case, without @. */
  uniqueId: string;
  provider: Provider;
  /** Our id of the streamer's account, once known. */
  channelId: string | null;
  /** Since when, ISO 8601. */
  wantedAt: string;
}

interface Wish {
  uniqueId: string;
  /** How it is to be reached; without it as before. */
  provider?: Provider | undefined;
  /** If it was not wanted before, and nobody says how. */
  otherwise: Provider;
}

interface WantedRow {
  unique_id: string;
  provider: Provider;
  channel_id: string | null;
  wanted_at: Date;
}

const columns = sql`unique_id, provider, channel_id, wanted_at`;

/** Records that a room is to be followed, and answers how. One that is wanted already goes on as it is. */
export async function wantRoom(db: Queryable, { uniqueId, provider, otherwise }: Wish): Promise<WantedRoom> {
  const name = plain(uniqueId);
  const [row] = await db.query(sql`
    insert into wanted_rooms as w (unique_id, provider, channel_id)
    values (${name}, ${provider ?? otherwise}, ${channelOf(name, provider ?? otherwise)})
    on conflict (unique_id) do update set provider = coalesce(${provider ?? null}, w.provider)
    returning ${columns}`);
  return toRoom(row);
}

/** Records that a room is to be followed no more; how it was to be, or null. */
export async function unwantRoom(db: Queryable, { uniqueId }: { uniqueId: string }): Promise<WantedRoom | null> {
  const [row] = await db.query(sql`delete from wanted_rooms where unique_id = ${plain(uniqueId)} returning ${columns}`);
  return row ? toRoom(row) : null;
}

/** All rooms that are to be followed, in the order they were asked for. */
export async function wantedRooms(db: Queryable): Promise<WantedRoom[]> {
  const rows: WantedRow[] = await db.query(sql`select ${columns} from wanted_rooms order by wanted_at, unique_id`);
  return rows.map(toRoom);
}

const channelOf = (name: string, provider: Provider) => sql`
  (select channel_id from channels where unique_id = ${name} and simulated = ${provider === "simulator"})`;

const plain = (name: string) => name.replace(/^@/, "").toLowerCase();

const toRoom = (row: WantedRow): WantedRoom => ({
  uniqueId: row.unique_id,
  provider: row.provider,
  channelId: row.channel_id,
  wantedAt: row.wanted_at.toISOString(),
});
