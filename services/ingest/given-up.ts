import { randomUUID } from "node:crypto";
import type { Provider } from "../../contracts/raw-envelope.ts";
import { fromFact, type Unplaced } from "./raw-message.ts";
import type { Attempted } from "./room-log.ts";

/** What a publisher could neither publish nor spool before it closed. */
export interface GivenUp {
  /** Messages of the source: counted in their accounts and told with a GAP, if the disk took that. */
  messages: number;
  /** Facts of the room's actor. */
  facts: number;
  /** Why the disk did not take them. */
  error: unknown;
}

/** Gives up messages because their room is stopped: they are dropped, and a GAP for each of their sessions says so. */
export function giveUp(messages: readonly Attempted[]): (Unplaced & Pick<Attempted, "account" | "fence">)[] {
  return [...Map.groupBy(messages, ({ account }) => account)].map(([account, ofSession]) => {
    const [first, last] = [ofSession[0], ofSession.at(-1)] as [Attempted, Attempted];
    const { streamId, sessionId, provider, ingestedAt: to } = last.entry;
    const count = ofSession.length;
    const data = { from: first.entry.ingestedAt, to, why: "stopped", count };
    if (account) {
      account.dropped.stopped += count;
      account.facts++;
      account.waiting -= count - 1; // the GAP waits in their place
    }
    const origin = { streamId, sessionId, provider: provider as Provider };
    return { ...fromFact("ttlc.Gap", data, new Date(to), randomUUID(), origin), account, fence: last.fence };
  });
}
