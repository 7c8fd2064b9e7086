import type { ServedEvent } from "../contracts/api.ts";
import type { RuleActionItem } from "../contracts/rule.ts";
import type { Request } from "./outage-receiver.ts";

/** Chat messages that a channel has at once, and in a minute: what rules may say after an outage is no more than both. */
const MOST_IN_A_MINUTE = 40;
/** From what happened to what is said about it, in ms: late to be decided, and late to be done. */
const CHAT_TOO_LATE_MS = 120_000;
/** A webhook is tried for ten minutes; the last attempt may be as much earlier as the next would have been too late. */
const GIVEN_UP_AFTER_MS = 600_000 - 60_000;

/** What a destination was sent, against what is stored: everything, in the order of the feed, each batch taken once. */
export function accountOfDestination(stored: readonly ServedEvent[], requests: readonly Request[], from: number) {
  const taken = requests.filter(({ isTaken }) => isTaken);
  const batches = new Map(taken.map(({ id, body }) => [id, JSON.parse(body) as ServedEvent[]]));
  const got = [...batches.values()].flat().map(({ eventId }) => eventId);
  const first = stored.findIndex(({ eventId }) => eventId === got[0]);
  const owed = stored.slice(first).flatMap(({ eventId, isHistory }) => (isHistory ? [] : eventId));
  const have = new Set(got);
  const missing = owed.filter((eventId) => !have.has(eventId)).length;
  const known = new Set(owed);
  const strange = got.filter((eventId) => !known.has(eventId)).length;
  const isInOrder = got.filter((id) => known.has(id)).join() === owed.filter((id) => have.has(id)).join();
  const violations = [
    ...(missing > 0 ? [`${missing} events were not forwarded`] : []),
    ...(have.size < got.length ? [`${got.length - have.size} events were forwarded in two batches`] : []),
    ...(taken.length > batches.size ? [`${taken.length - batches.size} batches were taken twice`] : []),
    ...(strange > 0 ? [`${strange} events were forwarded that are not stored`] : []),
    ...(isInOrder ? [] : ["events were forwarded in another order"]),
  ];
  const outage = requests.filter(({ isTaken, at }) => !isTaken && at >= from).length;
  return { events: got.length, batches: batches.size, refusedAttempts: outage, violations };
}

/** What became of a rule's webhooks: each effect decided once, taken once if it is done, given up late if it is not. */
export function accountOfWebhooks(
  stored: readonly ServedEvent[],
  actions: readonly RuleActionItem[],
  requests: readonly Request[],
) {
  const keyOf = new Map(stored.map((event) => [event.eventId, effectKeyOf(event)]));
  const acted = new Map<string, number>();
  for (const { eventId } of actions) {
    if (eventId === null) continue; // a person commanded it
    const key = keyOf.get(eventId) ?? eventId;
    acted.set(key, (acted.get(key) ?? 0) + 1);
  }
  const began = stored.findIndex(({ eventId }) => eventId === actions.at(-1)?.eventId);
  const due = new Set(stored.slice(began).filter(isGift).map(effectKeyOf));
  const unasked = [...due].filter((key) => !acted.has(key)).length;
  const twice = [...acted.values()].filter((count) => count > 1).length;
  const taken = requests.filter(({ isTaken }) => isTaken);
  const takenOnce = new Set(taken.map(({ id }) => id)).size;
  const done = actions.filter(({ state }) => state === "done");
  const early = actions.filter(({ state, decidedAt, endedAt }) => {
    const age = Date.parse(endedAt ?? decidedAt) - Date.parse(decidedAt);
    return state === "failed" && age < GIVEN_UP_AFTER_MS;
  });
  const open = actions.filter(({ state }) => state !== "done" && state !== "failed").length;
  const violations = [
    ...(unasked > 0 ? [`${unasked} gifts made no webhook`] : []),
    ...(twice > 0 ? [`${twice} effects were decided twice`] : []),
    ...(taken.length > takenOnce ? [`${taken.length - takenOnce} webhooks were taken twice`] : []),
    ...(takenOnce !== done.length ? [`${done.length} webhooks are done, ${takenOnce} were taken`] : []),
    ...(early.length > 0 ? [`${early.length} webhooks were given up early`] : []),
    ...(actions.some(({ state, reason }) => state === "failed" && !reason) ? ["webhooks failed without a reason"] : []),
    ...(open > 0 ? [`${open} webhooks came to no end`] : []),
  ];
  return { ...tally(actions), violations };
}

/** What was said: each once, nothing that is long past, and no more in a minute than the channel has. */
export function accountOfChat(actions: readonly RuleActionItem[], requests: readonly Request[], upAt: number) {
  const messages = requests.map(({ body, at, isTaken }) => {
    const { content } = JSON.parse(body) as { content: string };
    return { content, at, isTaken, lateMs: at - Date.parse(content.split(" ").at(-1) ?? "") };
  });
  const after = messages.filter(({ at }) => at >= upAt);
  const inMinute = after.filter(({ at }) => at < upAt + 60_000).length;
  const most = Math.max(
    ...after.map((one) => after.filter(({ at }) => at >= one.at && at < one.at + 60_000).length),
    0,
  );
  const oldestMs = Math.max(...messages.map(({ lateMs }) => lateMs), 0);
  const done = actions.filter(({ state }) => state === "done").length;
  const taken = messages.filter(({ isTaken }) => isTaken).length;
  const violations = [
    ...(most > MOST_IN_A_MINUTE ? [`${most} chat messages in a minute`] : []),
    ...(oldestMs > CHAT_TOO_LATE_MS ? [`a chat message about what was ${Math.round(oldestMs / 1_000)} s ago`] : []),
    ...(taken !== done ? [`${done} chat messages are done, ${taken} were taken`] : []),
    ...(after.length === 0 ? ["nothing was said after the outage"] : []),
  ];
  const oldestSeconds = Math.round(oldestMs / 100) / 10;
  return { ...tally(actions), minuteAfter: inMinute, mostInAMinute: most, oldestSeconds, violations };
}

const isGift = (event: ServedEvent) => event.eventType === "GIFT" && event.payload.streakState !== "progress";

const effectKeyOf = (event: ServedEvent): string =>
  (event.eventType === "GIFT" && event.payload.streakId) || event.eventId;

/** How many ended how. */
function tally(actions: readonly RuleActionItem[]): { ended: Record<string, number> } {
  const ended: Record<string, number> = {};
  for (const { state, reason } of actions) {
    const name = reason ? `${state} ${reason}` : state;
    ended[name] = (ended[name] ?? 0) + 1;
  }
  return { ended };
}
