import type { ConnectionPool } from "@databases/pg";
import type { Entry } from "../lib/define-service.ts";
import { fromMessage } from "../services/ingest/raw-message.ts";
import { normalize } from "../services/normalizer/normalize.ts";
import type { EventLog } from "../services/storage/event-log.ts";
import type { Mix } from "./payloads.ts";

/** As storage.service.ts has it. */
const BATCH = 1_000;
const WRITERS = 2;
const ROOMS = 4;

let seqNo = 0;

export const roomOf = (room: number) => ({
  streamId: `730000000000000000${room}`,
  sessionId: `00000000-0000-4000-8000-00000000000${room}`,
});

/** Entries of ttlc:events as the normalizer would hand them on, each batch of one room. */
export function entries(mix: Mix, count: number): Entry<"ttlc:events">[] {
  return mix(count).map((message, i) => {
    const origin = {
      ...roomOf(Math.floor(i / BATCH) % ROOMS),
      provider: "direct",
      connectedAt: message.receivedAt,
    } as const;
    const { entry } = fromMessage(message, origin);
    const raw = { ...entry, timestamp: message.receivedAt.toISOString(), seqNo: ++seqNo };
    return { id: `${1_790_000_000_000 + seqNo}-0`, message: normalize(raw, message.receivedAt) };
  });
}

/** Two write at a time, as in the service. Resolves with the seconds it took. */
export async function appendAll(log: EventLog, db: ConnectionPool, all: Entry<"ttlc:events">[]): Promise<number> {
  const startedAt = performance.now();
  const write = async () => {
    for (let batch = all.splice(0, BATCH); batch.length > 0; batch = all.splice(0, BATCH)) await log.append(db, batch);
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
  return (performance.now() - startedAt) / 1_000;
}
