import type { RedriveAnswer, RedriveRequest } from "../../contracts/letters.ts";
import { PoisonMessageError } from "../../lib/errors.ts";
import { entryOf } from "../../lib/letter-entry.ts";
import { decode } from "../../mixins/streams/codec.ts";
import { Ledgers } from "../../mixins/streams/ledger.ts";
import { type Packable, pack } from "../../mixins/streams/pack.ts";
import { loadScript } from "../../mixins/streams/script.ts";
import type { Commands } from "../../mixins/streams.mixin.ts";

const putBack = loadScript(new URL("lua/redrive.lua", import.meta.url));

const FORGET_S = 24 * 3600;

/**
 * Puts dead letters of the normalizer back on ttlc:raw, each as the entry it was and with `redriveOf`. What can be no entry
 * of ttlc:raw is refused. Sent again after a lost reply, the same letters are appended once.
 *
 * @throws an outage, after which it may be sent again
 */
export async function redrive(redis: Commands, { run, letters }: RedriveRequest): Promise<RedriveAnswer> {
  const refused: RedriveAnswer["refused"] = [];
  const ledgers = new Ledgers();
  const entries: Packable[] = [];
  for (const { id, payload } of letters) {
    try {
      const words = Object.entries({ ...entryOf(payload), redriveOf: id }).flat();
      const { sessionId } = decode("ttlc:raw", words);
      entries.push([id, ledgers.placeOf(sessionId), words]);
    } catch (error) {
      if (!(error instanceof PoisonMessageError)) throw error;
      refused.push({ id, error: error.message });
    }
  }
  const keys = ["ttlc:raw", `ttlc:redrive:${run}`, ...ledgers.keys];
  if (entries.length > 0) await putBack(redis, keys, [FORGET_S, pack(entries)]);
  return { refused };
}
