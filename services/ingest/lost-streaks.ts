import type { Provider } from "../../contracts/raw-envelope.ts";
import { LostAccount } from "./account.ts";
import type { Fence } from "./fence.ts";
import type { Publisher } from "./publisher.ts";
import { fromFact } from "./raw-message.ts";
import type { RoomLogs } from "./room-logs.ts";
import { STREAK_CLOSED, Streaks } from "./streaks.ts";

/**
 * Closes the gift streaks that an actor before us left open in a broadcast that ended while nobody listened, in the name
 * of its last session. Resolves once that is published or on the disk.
 *
 * @param log of that broadcast; everything queued in it must be published
 */
export async function closeLostStreaks(
  logs: RoomLogs,
  log: Publisher,
  provider: Provider,
  fence: Fence,
): Promise<void> {
  const { streamId } = log;
  const streaks = new Streaks();
  streaks.restore(await logs.streaks(streamId), 0);
  const closings = streaks.closeAll("streamEnd");
  const { sessionId } = (closings.length > 0 && (await logs.past(streamId))) || {};
  if (!sessionId) return;
  const account = new LostAccount(sessionId, (await logs.posthumous(sessionId)) + closings.length);
  const now = new Date();
  await Promise.all(
    closings.map(({ id, data, isHistory, marks }) =>
      log.publish(fromFact(STREAK_CLOSED, data, now, id, { streamId, sessionId, provider }, isHistory), {
        account,
        marks,
        isFact: true,
        fence,
      }),
    ),
  );
}
