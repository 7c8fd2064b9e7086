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

/**
 * What to do about rows that are there already: since those that were there before are set aside, only another writer can
 * bring one, or a message that comes twice under two ids. To look out for it costs a tenth of storing an event, so
 * that is only done once it has happened.
 */
export type Conflicts = "unexpected" | "skipped";

/**
 * Adds the rows that are not there, with their personal part; resolves with their ids.
 *
 * @throws SQLSTATE 23505 for an unexpected conflict: the transaction must be repeated
 */
export async function insertEvents(
  tx: Queryable,
  rows: readonly EventRow[],
  conflicts: Conflicts,
): Promise<Set<string>> {
  const onConflict = conflicts === "skipped" ? sql`on conflict do nothing` : sql``;
  const inserted: { event_id: string }[] = await tx.query(sql`
    insert into events (${columnList(open)}) ${recordset(open, rows)} ${onConflict} returning event_id`);
  const ids = new Set(inserted.map((row) => row.event_id));
  const fresh = rows.filter((row) => ids.has(row.event_id));
  if (fresh.length > 0) {
    await tx.query(sql`insert into event_pii (${columnList(personal)}) ${recordset(personal, fresh)} ${onConflict}`);
  }
  return ids;
}
