import type { Letter, LetterDetail } from "../../contracts/letters.ts";
import { rawEnvelopeSchema } from "../../contracts/raw-envelope.ts";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import { PoisonMessageError } from "../../lib/errors.ts";
import { entryOf } from "../../lib/letter-entry.ts";
import { maskEvent } from "../../lib/mask-event.ts";
import { createRedact, scrub } from "../../lib/redact.ts";
import { decode } from "../../mixins/streams/codec.ts";
import type { WholeLetter } from "./letters.ts";

/** Fields of an entry that say nothing about a person. Of what is not listed only the length is told. */
const PLAIN = new Set<string>([
  ...Object.keys(rawEnvelopeSchema.properties).filter((name) => name !== "data"),
  ...["normalizedAt", "webhookId", "after", "through", "events"],
]);
const LONGEST = 200;

const redact = createRedact();

/** An event for those who need not know whom it is about: without people, and without secrets in what is left. */
export const shownEvent = (event: UnifiedEvent): Record<string, unknown> =>
  redact.value(maskEvent(event)) as Record<string, unknown>;

/** A letter as it may cross a border. */
export function maskLetter({
  payload,
  ...letter
}: WholeLetter): Letter & Pick<LetterDetail, "correlationId" | "entry"> {
  return { ...letter, entry: unlessPoison(() => maskEntry(entryOf(payload))) ?? null };
}

/** The fields of an entry, of which nobody learns who or what a person said. */
export function maskEntry(fields: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, shown(name, text)]));
}

function shown(name: string, text: string): unknown {
  if (name === "event") return eventIn(text) ?? hidden(text);
  if (!PLAIN.has(name)) return hidden(text);
  return scrub(text.slice(0, LONGEST));
}

/** Undefined for what is no event by its contract: then nobody knows where in it people are. */
const eventIn = (text: string) => unlessPoison(() => shownEvent(decode("ttlc:events", ["event", text]).event));

function unlessPoison<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof PoisonMessageError) return undefined;
    throw error;
  }
}

const hidden = (text: string) => `[hidden: ${text.length} characters]`;
