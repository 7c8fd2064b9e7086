import { type Queryable, sql } from "@databases/pg";
import type { EventRow } from "./event-row.ts";
import { type Columns, columnList, recordset } from "./recordset.ts";

const open: Columns<EventRow> = {
  event_id: "text",
  timestamp: "timestamptz",
  ingested_at: "timestamptz",
  position: "bigint",
  seq_no: "bigint",
  session_id: "uuid",
  user_ref: "uuid",
  is_history: "boolean",
  stream_id: "text",
  event_type: "text",
  sub_type: "text",
  raw_type: "text",
  msg_id: "text",
  provider: "text",
  payload: "jsonb",
};

const personal: Columns<EventRow> = {
  event_id: "text",
  timestamp: "timestamptz",
  personal: "jsonb",
  raw_bytes: "base64",
  raw_text: "text",
  encoding: "text",
};

/** Adds the rows that are not there, with their personal part; resolves with their ids. */
export async function insertEvents(tx: Queryable, rows: readonly EventRow[]): Promise<Set<string>> {
  const inserted: { event_id: string }[] = await tx.query(sql`
    insert into events (${columnList(open)}) ${recordset(open, rows)} on conflict do nothing returning event_id`);
  const ids = new Set(inserted.map((row) => row.event_id));
  const fresh = rows.filter((row) => ids.has(row.event_id));
  if (fresh.length > 0) {
    await tx.query(sql`insert into event_pii (${columnList(personal)}) ${recordset(personal, fresh)}`);
  }
  return ids;
}
