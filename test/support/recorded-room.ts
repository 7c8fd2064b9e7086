import { expect } from "vitest";
import { withPool } from "../../lib/servers/postgres-client.ts";
import type { SimulatedRoom } from "../../simulator/room.ts";
import { waitFor } from "./wait-for.ts";

export interface StoredRow {
  raw_type: string;
  msg_id: string;
  session_id: string;
  seq_no: string;
  position: string;
}

/** What is stored of a room, in its order. */
export const storedOf = ({ roomId }: SimulatedRoom, databaseUrl: string): Promise<StoredRow[]> =>
  withPool(databaseUrl, (db) =>
    db.query(db.sql`
      select raw_type, msg_id, session_id, seq_no, position from events where stream_id = ${roomId} order by seq_no`),
  );

export const isOfTikTok = ({ raw_type }: StoredRow): boolean => raw_type.startsWith("Webcast");

/** Resolves once the room has sent more than `count` messages from now. */
export function sends(room: SimulatedRoom, count: number): Promise<void> {
  const { total } = room.sent;
  return waitFor(() => expect(room.sent.total).toBeGreaterThan(total + count), 30_000);
}
