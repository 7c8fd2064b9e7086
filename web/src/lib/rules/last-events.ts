import type { Page, ServedEvent, SessionItem } from "../../../../contracts/api.ts";
import type { EventType } from "../../../../contracts/unified-event.ts";
import type { EventQuestion } from "../api.ts";

const MINUTE = 60_000;
/** How far back is looked, before the whole session is. */
const windows = [10 * MINUTE, 120 * MINUTE, Number.POSITIVE_INFINITY];
/** A session answers in the order of the room: of more pages than this, the end is not reached. */
const MAX_PAGES = 6;
const PAGE = 500;

type Read = (sessionId: string, question: EventQuestion) => Promise<Page<ServedEvent>>;

/** The last events of a type in a session, the newest first, as far as they can be had with few questions. */
export async function lastEvents(
  { sessionId, endedAt }: Pick<SessionItem, "sessionId" | "endedAt">,
  eventType: EventType,
  { count, now, read }: { count: number; now: number; read: Read },
): Promise<ServedEvent[]> {
  const end = endedAt === null ? now : Date.parse(endedAt);
  for (const back of windows) {
    const from = Number.isFinite(back) ? { from: new Date(end - back).toISOString() } : {};
    const found = await tail(
      (question) => read(sessionId, question),
      { types: eventType, limit: PAGE, ...from },
      count,
    );
    if (found.length > 0) return found.reverse();
  }
  return [];
}

async function tail(
  read: (question: EventQuestion) => Promise<Page<ServedEvent>>,
  asked: EventQuestion,
  count: number,
) {
  let kept: ServedEvent[] = [];
  let next: string | null = null;
  for (let page = 0; page < MAX_PAGES; page++) {
    const got: Page<ServedEvent> = await read(next === null ? asked : { ...asked, after: next });
    kept = [...kept, ...got.items.filter(isOver)].slice(-count);
    next = got.next;
    if (next === null) break;
  }
  return kept;
}

/** A gift counts when its streak is over: that is when rules see it. */
const isOver = (event: ServedEvent) => event.eventType !== "GIFT" || event.payload.streakState !== "progress";
