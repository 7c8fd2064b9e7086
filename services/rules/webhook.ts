import type { Egress } from "../../lib/egress/egress.ts";
import { EgressFailedError, EgressRefusedError } from "../../lib/egress/errors.ts";
import { liveSecrets, type Secret, signatureHeaders } from "../../lib/webhooks/signature.ts";
import { verdictOf } from "../../lib/webhooks/verdict.ts";
import type { Outcome, Taken } from "./queue.ts";
import { webhookIdOf } from "./webhook-id.ts";

/** One signed attempt. `reason` says what went wrong in a word: docs/rules.md lists them. */
export async function sendWebhook(
  egress: Pick<Egress, "send">,
  { effectKey, ruleId, url, body }: Pick<Taken, "effectKey" | "ruleId" | "url" | "body">,
  secrets: readonly Secret[],
  signal: AbortSignal,
): Promise<Outcome> {
  const now = new Date();
  const signature = signatureHeaders(webhookIdOf(effectKey, ruleId ?? ""), now, body, liveSecrets(secrets, now));
  const headers = { "content-type": "application/json", "user-agent": "ttlc", ...signature };
  try {
    const reply = await egress.send({ url, headers, body, signal });
    const verdict = verdictOf(reply.status, reply.headers, new Date());
    if (verdict.kind === "delivered") return { state: "done", reason: null };
    const reason = `http_${reply.status}` as const;
    return verdict.kind === "failed" ? { state: "again", reason, waitMs: verdict.waitMs } : { state: "failed", reason };
  } catch (error) {
    if (error instanceof EgressRefusedError) return { state: "failed", reason: "address_refused" };
    if (error instanceof EgressFailedError) return { state: "again", reason: error.fault, waitMs: 0 };
    throw error;
  }
}
