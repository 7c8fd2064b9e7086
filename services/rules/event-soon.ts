import { setTimeout as sleep } from "node:timers/promises";
import type { ServiceBroker } from "moleculer";
import type { Scope } from "../../contracts/access.ts";
import type { ServedEvent } from "../../contracts/api.ts";

/** An event with its channel, as storage answers. */
export interface Placed {
  event: ServedEvent;
  channelId: string | null;
}

/** The first wait, in ms; each is twice as long as the one before. */
const FIRST_MS = 100;

/**
 * A stored event, in a stream of the scope. Who sees an event live may ask about it before it is stored, so one that is
 * nowhere is looked for again.
 *
 * @param patienceMs how long
 */
export async function eventSoon(
  broker: Pick<ServiceBroker, "call">,
  { eventId, scope }: { eventId: string; scope: Scope },
  patienceMs: number,
): Promise<Placed | null> {
  const find = (scope: Scope) => broker.call<Placed | null, object>("storage.event", { eventId, scope });
  let found = await find({});
  for (let waitMs = FIRST_MS, leftMs = patienceMs; !found && leftMs > 0; leftMs -= waitMs, waitMs *= 2) {
    await sleep(Math.min(waitMs, leftMs));
    found = await find({});
  }
  const isLimited = scope.channelIds !== undefined || scope.simulated === true;
  return found && isLimited ? find(scope) : found;
}
