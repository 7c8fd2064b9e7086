import { type ConnectionPool, sql } from "@databases/pg";
import type { DeadLetter } from "../../contracts/dead-letter.ts";
import type { DeliveryAttempt } from "../../contracts/destination.ts";
import { unpackPosition } from "../../lib/position.ts";
import { encode } from "../../mixins/streams/codec.ts";
import { loadScript } from "../../mixins/streams/script.ts";
import type { Streams } from "../../mixins/streams.mixin.ts";

const appendOnce = loadScript(new URL("lua/letter.lua", import.meta.url));

/** A letter that was asked for again after this would come twice. */
const REMEMBER_MS = 7 * 24 * 3_600_000;

/**
 * Dead letters of batches that were refused or left out. That is recorded first and the letter owed from then on, so that neither a crash
 * nor an answer that is lost leaves a batch without a letter, or with two.
 */
export class Letters {
  readonly #db: ConnectionPool;
  readonly #redis: Streams["redis"];

  constructor(db: ConnectionPool, redis: Streams["redis"]) {
    this.#db = db;
    this.#redis = redis;
  }

  /** Writes what is owed, whoever owes it. Rejects while Redis or Postgres is away. */
  async write(): Promise<void> {
    const rows: OwedRow[] = await this.#db.query(sql`
      select webhook_id, destination_id, after, through, events, attempts, last_attempts, finished_at, redrive_of
      from deliveries where state = 'refused' and letter_at is null order by webhook_id limit 100`);
    for (const row of rows) {
      const once = `ttlc:forwarder:letter:${row.webhook_id}:${row.finished_at.getTime()}`;
      await appendOnce(this.#redis, [once, "ttlc:dlq"], [REMEMBER_MS, ...encode("ttlc:dlq", letterOf(row))]);
      await this.#db.query(sql`
        update deliveries set letter_at = now()
        where webhook_id = ${row.webhook_id} and attempts = ${row.attempts} and state = 'refused'`);
    }
  }
}

interface OwedRow {
  webhook_id: string;
  destination_id: string;
  after: string;
  through: string;
  events: number;
  attempts: number;
  last_attempts: DeliveryAttempt[];
  finished_at: Date;
  redrive_of: string | null;
}

/** Names the events by their positions: they are in Postgres, where an erasure finds them. */
function letterOf(row: OwedRow): DeadLetter {
  const after = unpackPosition(row.after);
  const through = unpackPosition(row.through);
  const redriveOf = row.redrive_of === null ? {} : { redriveOf: unpackPosition(row.redrive_of) };
  return {
    stage: "forwarder",
    reason: "DELIVERY_FAILED",
    error: row.last_attempts.at(-1)?.error ?? "left out",
    payload: JSON.stringify({ webhookId: row.webhook_id, after, through, events: String(row.events), ...redriveOf }),
    failedAt: row.finished_at.toISOString(),
    stream: "ttlc:events",
    entryId: through,
    group: "forwarder",
    destination: row.destination_id,
    attempts: row.attempts,
  };
}
