import { hash } from "node:crypto";
import type { RawEnvelope } from "../../contracts/raw-envelope.ts";
import { PoisonMessageError } from "../../lib/errors.ts";

/**
 * 64 hex digits, the same for the same message however often it is read: what makes storing it twice harmless.
 *
 * @throws PoisonMessageError when a part holds the separator, since two messages could then share an id
 */
export function eventId({ streamId, seqNo, type }: Pick<RawEnvelope, "streamId" | "seqNo" | "type">): string {
  if (streamId.includes(":")) throw new PoisonMessageError("SCHEMA_ERROR", "streamId must not contain ':'");
  if (type.includes(":")) throw new PoisonMessageError("SCHEMA_ERROR", "type must not contain ':'");
  return hash("sha256", `${streamId}:${seqNo}:${type}`);
}
