import type { Provider } from "../../contracts/raw-envelope.ts";
import { LostAccount } from "./account.ts";
import type { Fence } from "./fence.ts";
import type { Publisher } from "./publisher.ts";
import { fromFact } from "./raw-message.ts";
import type { RoomRecord } from "./room-log.ts";
import type { RoomLogs } from "./room-logs.ts";

/** What a process that died could not say of its session, as DISCONNECTED says it. */
export const LOST = { code: 1006, reason: "ingest ended without closing the session" };

/** A session that nobody closed, as storage knows it. */
export interface OpenSession {
  streamId: string;
  sessionId: string;
  /** When its last event happened, ISO 8601. */
  lastAt: string;
}

/**
 * Closes a session in the name of the ingest that died, unless that has been said already and storage is yet to hear it.
 *
 * @param log of its broadcast; everything queued in it must be published
 * @param past what that says of its newest session
 * @returns whether this closed the newest session of its broadcast: the next one there begins with a gap
 */
export async function closeLost(
  logs: RoomLogs,
  log: Publisher,
  { streamId, sessionId, lastAt }: OpenSession,
  past: RoomRecord | null,
  { provider, id, fence }: { provider: Provider; id: string; fence: Fence },
): Promise<boolean> {
  const isNewest = !past?.sessionId || past.sessionId === sessionId;
  if (isNewest && past && past.cutAt !== null) return false;
  const at = (isNewest && past?.lastAt) || lastAt;
  const fact = fromFact("ControlEvent.DISCONNECTED", LOST, new Date(at), id, { streamId, sessionId, provider });
  // a session that another one followed leaves what the room's hash says of that one
  const { sessionId: newest, lastAt: newestAt, cutAt: newestCut } = past ?? {};
  const kept = { sessionId: newest ?? "", lastAt: newestAt ?? "", cutAt: newestCut ?? "" };
  await log.publish(fact, {
    account: new LostAccount(sessionId, (await logs.posthumous(sessionId)) + 1),
    notes: isNewest ? { cutAt: at } : kept,
    isFact: true,
    fence,
  });
  return isNewest;
}
