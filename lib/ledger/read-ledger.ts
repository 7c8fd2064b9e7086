import type { SessionAccount, SessionLedger } from "../../contracts/api.ts";
import { type StreamName, streams } from "../../contracts/streams.ts";
import { ledgerKey } from "../../mixins/streams/ledger.ts";
import { pairs } from "../../mixins/streams/reply.ts";
import type { Commands } from "../../mixins/streams.mixin.ts";
import { balance, type Snapshot } from "./balance.ts";

/** The group of each stream that takes a session's entries to the next stage. */
const groups: Readonly<Record<StreamName, string>> = {
  "ttlc:raw": "normalizer",
  "ttlc:events": "storage",
  "ttlc:dlq": "ops",
};

/**
 * The ledger of a session; null when nobody knows it.
 *
 * @param askStorage calls `storage.sessionAccount`
 */
export async function readLedger(
  redis: Pick<Commands, "multi">,
  askStorage: (params: { sessionId: string }) => Promise<SessionAccount>,
  sessionId: string,
): Promise<SessionLedger | null> {
  const id = sessionId.toLowerCase();
  const before = await snapshot(redis, id);
  const stored = await askStorage({ sessionId: id });
  return balance(before, stored, await snapshot(redis, id));
}

async function snapshot(redis: Pick<Commands, "multi">, sessionId: string): Promise<Snapshot> {
  const names = Object.keys(streams) as StreamName[];
  const transaction = redis.multi().hgetall(ledgerKey(sessionId));
  for (const name of names) transaction.xlen(name).xinfo("GROUPS", name);
  const [ledger, ...replies] = ((await transaction.exec()) ?? []).map(([error, reply]) => {
    if (error && !/no such key/i.test(error.message)) throw error;
    return error ? undefined : reply;
  });
  const counters = Object.entries((ledger ?? {}) as Record<string, string>);
  const behind = names.map((name, i) => [name, behindOf(groups[name], Number(replies[2 * i]), replies[2 * i + 1])]);
  return {
    counters: counters.length === 0 ? null : Object.fromEntries(counters.map(([field, text]) => [field, Number(text)])),
    behind: Object.fromEntries(behind),
  };
}

/** Redis cannot always tell a lag; then any entry may be behind. */
function behindOf(group: string, length: number, reply: unknown): number {
  const found = ((reply ?? []) as unknown[][]).map(pairs).find(({ name }) => name === group);
  return found ? Number(found.lag ?? length) + Number(found.pending) : length;
}
