import { type Queryable, sql } from "@databases/pg";
import type { Entry } from "../../lib/define-service.ts";
import { isPosition, packPosition } from "../../lib/position.ts";
import { storeFault } from "./faults.ts";

/**
 * Copies entries of ttlc:dlq; those that are there already add nothing. A letter is never refused. One that was redriven and
 * came back is told which letter it is now.
 */
export async function keepLetters(db: Queryable, entries: readonly Entry<"ttlc:dlq">[]): Promise<void> {
  const rows = entries.map(({ id, message }) => ({
    ...message,
    position: String(packPosition(id)),
    ...origin(message.payload),
  }));
  const letters = JSON.stringify(rows, (_key, value) => (typeof value === "string" ? storable(value) : value));
  try {
    await db.query(sql`
      with kept as (
        insert into dead_letters (position, stage, reason, error, payload, failed_at, stream, entry_id, consumer_group,
          destination, attempts, correlation_id, stream_id, session_id, redrive_of)
        select (l->>'position')::bigint, l->>'stage', l->>'reason', l->>'error', l->>'payload',
          (l->>'failedAt')::timestamptz, l->>'stream', l->>'entryId', l->>'group', l->>'destination',
          (l->>'attempts')::integer, l->>'correlationId', l->>'streamId',
          (l->>'sessionId')::uuid, (l->>'redriveOf')::bigint
        from jsonb_array_elements(${letters}::jsonb) l
        on conflict do nothing
        returning position, redrive_of
      )
      update dead_letters l set
        failed_as = kept.position,
        state = case when l.state = 'redriven' then 'failed' else l.state end -- else its job is about to say so
      from kept where l.position = kept.redrive_of and l.position <> kept.position`);
  } catch (error) {
    throw storeFault(error, entries.length);
  }
}

/** Text that Postgres takes: without NUL and lone surrogates. In a payload they are escaped anyway. */
const storable = (text: string) => text.toWellFormed().replaceAll("\0", "\ufffd");

interface Origin {
  streamId?: string | undefined;
  sessionId?: string | undefined;
  /** Packed position of the letter that was redriven. */
  redriveOf?: string | undefined;
}

/** Where an entry that was given up is from: fields of ttlc:raw, or parts of the event on ttlc:events. */
export function origin(payload: string): Origin {
  const fields = parsed(payload);
  const event = parsed(fields.event);
  const streamId = fields.streamId ?? event.streamId;
  const sessionId = fields.sessionId ?? event.sessionId;
  const { redriveOf } = fields;
  return {
    streamId: typeof streamId === "string" && streamId.length <= LONGEST_ID ? streamId : undefined,
    sessionId: typeof sessionId === "string" && UUID.test(sessionId) ? sessionId : undefined,
    redriveOf: typeof redriveOf === "string" && isPosition(redriveOf) ? String(packPosition(redriveOf)) : undefined,
  };
}

const LONGEST_ID = 64;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The object that `text` holds; an empty one for whatever else it is, as a letter may hold anything. */
function parsed(text: unknown): Record<string, unknown> {
  try {
    return Object(JSON.parse(String(text)));
  } catch {
    return {};
  }
}
