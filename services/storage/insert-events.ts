import { sql, type Transaction } from "@databases/pg";
import { copyIn } from "./copy-in.ts";
import { copyRows } from "./copy-rows.ts";
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
 * What to do about rows that are there already. To look out for them costs half as much as storing an event without, and they are
 * rare: what was stored and not acknowledged, what another writer brings, a message that comes twice under two ids. So
 * that is only done once it has happened.
 */
export type Conflicts = "unexpected" | "skipped";

/**
 * Adds the rows that are not there, with their personal part; resolves with their ids.
 *
 * @throws SQLSTATE 23505 for an unexpected conflict: the transaction must be repeated
 */
export async function insertEvents(
  tx: Transaction,
  rows: readonly EventRow[],
  conflicts: Conflicts,
): Promise<Set<string>> {
  if (conflicts === "skipped") return insertNew(tx, rows);
  await copyIn(tx, [
    { table: "events", columns: Object.keys(open), data: copyRows(open, rows) },
    { table: "event_pii", columns: Object.keys(personal), data: copyRows(personal, rows) },
  ]);
  return new Set(rows.map((row) => row.event_id));
}

async function insertNew(tx: Transaction, rows: readonly EventRow[]): Promise<Set<string>> {
  const inserted: { event_id: string }[] = await tx.query(sql`
    insert into events (${columnList(open)}) ${recordset(open, rows)} on conflict do nothing returning event_id`);
  const ids = new Set(inserted.map((row) => row.event_id));
  const fresh = rows.filter((row) => ids.has(row.event_id));
  if (fresh.length > 0) {
    await tx.query(
      sql`insert into event_pii (${columnList(personal)}) ${recordset(personal, fresh)} on conflict do nothing`,
    );
  }
  return ids;
}
