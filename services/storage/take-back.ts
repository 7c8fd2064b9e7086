import type { ConnectionPool } from "@databases/pg";
import type { ServiceBroker } from "moleculer";
import type { RedriveAnswer, RedrivenLetter, RedriveRequest } from "../../contracts/letters.ts";
import { ask } from "../../lib/ask.ts";
import type { Entry } from "../../lib/define-service.ts";
import { isOutage, PoisonMessageError } from "../../lib/errors.ts";
import { entryOf } from "../../lib/letter-entry.ts";
import { decode } from "../../mixins/streams/codec.ts";
import type { EventLog } from "./event-log.ts";

/**
 * Hands letters to the service that takes them back.
 *
 * @throws OutageError while it is away, PoisonMessageError when it is there and takes none back
 */
export async function sendBack(
  broker: ServiceBroker,
  service: string,
  request: RedriveRequest,
): Promise<RedriveAnswer> {
  const action = `${service}.redrive`;
  const services: { name: string }[] = broker.registry.getServiceList({ onlyAvailable: true });
  if (services.some(({ name }) => name === service) && !broker.registry.actions.isAvailable(action)) {
    throw new PoisonMessageError("HANDLER_FAILED", `${service} takes no letters back`);
  }
  return ask<RedriveAnswer>(broker, action, request);
}

type Given = Entry<"ttlc:events"> & { letter: string };

/**
 * Stores the events of dead letters of storage, each at the position of the entry that it was: readers who are past it find
 * it in history, not on the live feed. Those that are stored already change nothing, so it may be done again.
 *
 * @throws OutageError, after which it may be done again
 */
export async function takeBack(
  log: Pick<EventLog, "append">,
  db: ConnectionPool,
  letters: readonly RedrivenLetter[],
): Promise<RedriveAnswer> {
  const refused: RedriveAnswer["refused"] = [];
  const entries: Given[] = [];
  for (const { id, entryId, payload } of letters) {
    try {
      if (entryId === undefined) throw new PoisonMessageError("PARSE_ERROR", "the letter names no entry");
      entries.push({
        id: entryId,
        letter: id,
        message: decode("ttlc:events", Object.entries(entryOf(payload)).flat()),
      });
    } catch (error) {
      if (!(error instanceof PoisonMessageError)) throw error;
      refused.push({ id, error: error.message });
    }
  }
  if (entries.length > 0) refused.push(...(await store(log, db, entries)));
  return { refused };
}

/** Halves what is refused until the event at fault is alone. */
async function store(
  log: Pick<EventLog, "append">,
  db: ConnectionPool,
  entries: readonly Given[],
): Promise<RedriveAnswer["refused"]> {
  try {
    await log.append(db, entries);
    return [];
  } catch (error) {
    if (isOutage(error)) throw error;
    const [only] = entries;
    if (entries.length === 1 && only) return [{ id: only.letter, error: (error as Error).message }];
    const middle = entries.length >> 1;
    return [...(await store(log, db, entries.slice(0, middle))), ...(await store(log, db, entries.slice(middle)))];
  }
}
