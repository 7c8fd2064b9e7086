import type { RedriveAnswer, RedrivenLetter } from "../../contracts/letters.ts";
import type { Entry } from "../../lib/define-service.ts";
import { isOutage, PoisonMessageError } from "../../lib/errors.ts";
import { entryOf } from "../../lib/letter-entry.ts";
import { comparePositions } from "../../lib/position.ts";
import { decode } from "../../mixins/streams/codec.ts";

type Given = Entry<"ttlc:events"> & { letter: string };
type Refused = RedriveAnswer["refused"];

/**
 * Has rules decide about the events of dead letters. What they decided before, they do not decide again, so it may be asked
 * twice.
 *
 * @param decide writes down what rules make of entries, which are in the order of the stream
 * @throws OutageError, after which it may be asked again
 */
export async function redrive(
  letters: readonly RedrivenLetter[],
  decide: (entries: readonly Given[]) => Promise<void>,
): Promise<RedriveAnswer> {
  const refused: Refused = [];
  const given: Given[] = [];
  for (const letter of letters) {
    try {
      given.push(readLetter(letter));
    } catch (error) {
      if (!(error instanceof PoisonMessageError)) throw error;
      refused.push({ id: letter.id, error: error.message });
    }
  }
  given.sort((a, b) => comparePositions(a.id, b.id));
  return { refused: [...refused, ...(await refusedOf(given, decide))] };
}

/** @throws PoisonMessageError for what can be no event */
export function readLetter({ id: letter, entryId, payload }: RedrivenLetter): Given {
  if (entryId === undefined) throw new PoisonMessageError("PARSE_ERROR", "the letter names no entry");
  return { id: entryId, letter, message: decode("ttlc:events", Object.entries(entryOf(payload)).flat()) };
}

/** Halves what fails until the event at fault is alone. */
async function refusedOf(
  entries: readonly Given[],
  decide: (entries: readonly Given[]) => Promise<void>,
): Promise<Refused> {
  if (entries.length === 0) return [];
  try {
    await decide(entries);
    return [];
  } catch (error) {
    if (isOutage(error)) throw error;
    const [only] = entries;
    if (entries.length === 1 && only) return [{ id: only.letter, error: (error as Error).message }];
    const middle = entries.length >> 1;
    return [
      ...(await refusedOf(entries.slice(0, middle), decide)),
      ...(await refusedOf(entries.slice(middle), decide)),
    ];
  }
}
