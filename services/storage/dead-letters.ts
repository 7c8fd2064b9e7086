import { type Queryable, sql } from "@databases/pg";
import type { Entry } from "../../lib/define-service.ts";
import { packPosition } from "../../lib/position.ts";
import { storeFault } from "./faults.ts";

/** Copies entries of ttlc:dlq; those that are there already add nothing. A letter is never refused. */
export async function keepLetters(db: Queryable, entries: readonly Entry<"ttlc:dlq">[]): Promise<void> {
  const rows = entries.map(({ id, message }) => ({
    ...message,
    position: String(packPosition(id)),
    sessionId: sessionOf(message.payload),
  }));
  const letters = JSON.stringify(rows, (_key, value) => (typeof value === "string" ? storable(value) : value));
  try {
    await db.query(sql`
      insert into dead_letters (position, stage, reason, error, payload, failed_at, stream, entry_id, consumer_group,
        destination, attempts, correlation_id, session_id)
      select (l->>'position')::bigint, l->>'stage', l->>'reason', l->>'error', l->>'payload',
        (l->>'failedAt')::timestamptz, l->>'stream', l->>'entryId', l->>'group', l->>'destination',
        (l->>'attempts')::integer, l->>'correlationId',
        (l->>'sessionId')::uuid
      from jsonb_array_elements(${letters}::jsonb) l
      on conflict do nothing`);
  } catch (error) {
    throw storeFault(error, entries.length);
  }
}

/** Text that Postgres takes: without NUL and lone surrogates. In a payload they are escaped anyway. */
const storable = (text: string) => text.toWellFormed().replaceAll("\0", "\ufffd");

/** The session of an entry that was given up: a field of ttlc:raw, a part of the event on ttlc:events. */
export function sessionOf(payload: string): string | undefined {
  const fields = parsed(payload);
  const sessionId = fields.sessionId ?? parsed(fields.event).sessionId;
  return typeof sessionId === "string" && UUID.test(sessionId) ? sessionId : undefined;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The object that `text` holds; an empty one for whatever else it is, as a letter may hold anything. */
function parsed(text: unknown): Record<string, unknown> {
  try {
    return Object(JSON.parse(String(text)));
  } catch {
    return {};
  }
}
