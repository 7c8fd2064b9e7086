import type { EventEntry } from "../../contracts/unified-event.ts";
import { PoisonMessageError } from "../../lib/errors.ts";
import { decode } from "../../mixins/streams/codec.ts";
import { normalize } from "./normalize.ts";

/** What an entry of ttlc:raw becomes, or why it is refused. */
export type Preview = { entry: EventEntry } | { reason: string; error: string };

/**
 * What the normalizer would make of an entry now; nothing is counted and nothing leaves.
 *
 * @param fields of the entry, each as text
 */
export function preview(fields: Record<string, string>, now: Date): Preview {
  try {
    return { entry: normalize(decode("ttlc:raw", Object.entries(fields).flat()), now) };
  } catch (error) {
    if (error instanceof PoisonMessageError) return { reason: error.reason, error: error.message };
    throw error;
  }
}
