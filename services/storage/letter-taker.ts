import type { DeadLetterReason } from "../../contracts/dead-letter.ts";

interface Failed {
  stage: string;
  reason: DeadLetterReason;
  stream: string | null;
  group: string | null;
}

/** Services that keep what they gave up apart from where they read it: they know what to do with a letter of theirs. */
const OWN = new Set(["rules", "forwarder"]);

/**
 * The service whose action `redrive` takes a letter back: for the normalizer that is ingest, the only one that writes
 * ttlc:raw. Or why nobody does.
 */
export function takerOf({ stage, reason, stream, group }: Failed): { service: string } | { error: string } {
  if (reason === "TRIMMED") return { error: "the entry was gone before it was read: nothing is left to send back" };
  if (stream === "ttlc:raw" && group === "normalizer") return { service: "ingest" };
  if (stream === "ttlc:events" && group === "storage") return { service: "storage" };
  if (OWN.has(stage)) return { service: stage };
  return { error: `what ${stage} gave up was no entry that can be read again` };
}
