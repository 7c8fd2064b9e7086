import { type ConnectionPool, type Queryable, sql } from "@databases/pg";
import type { LetterTrial } from "../../contracts/letters.ts";
import type { EventEntry, UnifiedEvent } from "../../contracts/unified-event.ts";
import { isOutage, PoisonMessageError } from "../../lib/errors.ts";
import { entryOf } from "../../lib/letter-entry.ts";
import { decode } from "../../mixins/streams/codec.ts";
import { changesOf } from "./changes.ts";
import type { EventLog } from "./event-log.ts";
import { toServedEvents } from "./inherited.ts";
import { shownEvent } from "./letter-mask.ts";
import { takerOf } from "./letter-taker.ts";
import type { WholeLetter } from "./letters.ts";
import { selectEvents } from "./select-events.ts";

interface TrialOptions {
  db: ConnectionPool;
  log: EventLog;
  /** The action `normalizer.preview`. */
  normalize(fields: Record<string, string>): Promise<{ entry: EventEntry } | { reason: string; error: string }>;
  /** The action `forwarder.rehearse`. */
  deliver(letter: {
    id: string;
    payload: string;
    destination?: string;
  }): Promise<Pick<LetterTrial, "outcome" | "error">>;
  /** The action `rules.rehearse`. */
  decide(letter: {
    id: string;
    payload: string;
    entryId?: string;
  }): Promise<Pick<LetterTrial, "outcome" | "reason" | "error" | "rules">>;
  now: Date;
}

const nothing = { reason: null, error: null, before: null, after: null, rules: [], changes: [] };

/** What would happen if a letter were redriven now. Nothing changes. */
export async function tryLetter(letter: WholeLetter, options: TrialOptions): Promise<LetterTrial> {
  const taker = takerOf(letter);
  if ("error" in taker) return { ...nothing, outcome: "impossible", error: taker.error };
  try {
    if (taker.service === "forwarder") return { ...nothing, ...(await options.deliver(asSent(letter))) };
    if (taker.service === "rules") return { ...nothing, ...(await options.decide(asRead(letter))) };
    const fields = entryOf(letter.payload);
    if (taker.service === "storage") {
      const { event } = decode("ttlc:events", Object.entries(fields).flat());
      return await tryToStore({ event }, letter.entryId ?? "0-0", options);
    }
    const made = await options.normalize(fields);
    if ("error" in made) return { ...nothing, outcome: "refused", ...made };
    return await tryToStore(made.entry, `${options.now.getTime()}-0`, options);
  } catch (error) {
    if (error instanceof PoisonMessageError) return refused(error);
    if (isOutage(error)) return { ...nothing, outcome: "unknown", error: (error as Error).message };
    throw error;
  }
}

/** As in a redrive. */
const asSent = ({ id, payload, destination }: WholeLetter) => ({
  id,
  payload,
  ...(destination !== null && { destination }),
});

const asRead = ({ id, payload, entryId }: WholeLetter) => ({ id, payload, ...(entryId !== null && { entryId }) });

async function tryToStore(message: EventEntry, id: string, { db, log }: TrialOptions): Promise<LetterTrial> {
  const before = await storedEvent(db, message.event);
  const after = shownEvent(message.event);
  const seen = { before, after, changes: changesOf(before, after) };
  try {
    return { ...nothing, ...seen, outcome: await log.rehearse(db, { id, message }) };
  } catch (error) {
    if (error instanceof PoisonMessageError) return { ...refused(error), ...seen };
    throw error;
  }
}

const refused = ({ reason, message }: PoisonMessageError): LetterTrial => ({
  ...nothing,
  outcome: "refused",
  reason,
  error: message,
});

/** What is stored under the same id. */
async function storedEvent(
  db: Queryable,
  { eventId, timestamp }: UnifiedEvent,
): Promise<Record<string, unknown> | null> {
  const rows = await selectEvents(db, {
    where: sql`e.event_id = ${eventId} and e.timestamp = ${timestamp}`,
    order: sql`position`,
    limit: 1,
  });
  const [event] = await toServedEvents(db, rows);
  return event ? shownEvent(event) : null;
}
