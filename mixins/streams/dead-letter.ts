import type { DeadLetter, DeadLetterReason } from "../../contracts/dead-letter.ts";
import { createRedact } from "../../lib/redact.ts";
import { fieldsOf, type Words } from "./codec.ts";

const redact = createRedact();

/** Where an entry was given up. */
interface Where {
  stage: string;
  stream: string;
  group: string;
  entryId: string;
}

/** The letter that says what failed, where and why, with everything a redrive needs. */
export function deadLetter(
  where: Where,
  words: Words,
  { reason, error, attempts }: { reason: DeadLetterReason; error: unknown; attempts: number },
  failedAt: Date,
): DeadLetter {
  const message = error instanceof Error ? error.message : String(error);
  return {
    ...where,
    reason,
    error: redact.text(message).slice(0, 2_000),
    payload: JSON.stringify(fieldsOf(words)),
    failedAt: failedAt.toISOString(),
    attempts,
  };
}
