import type { Egress, EgressReply, EgressRequest } from "../../lib/egress/egress.ts";
import { EgressFailedError, EgressRefusedError } from "../../lib/egress/errors.ts";
import { retryAfterMs } from "../../lib/webhooks/verdict.ts";
import type { Outcome } from "./queue.ts";

/** Euler's REST, and the key to it. */
export interface EulerRest {
  /** Such as https://api.eulerstream.com, without a slash at the end. */
  base: string;
  apiKey: string;
  egress: Pick<Egress, "send">;
}

/** What is asked of it, and the one header that says as whom. */
export interface EulerRequest extends Required<Pick<EgressRequest, "method">> {
  path: string;
  body?: string;
  account: { "x-oauth-token": string } | { "x-cookie-header": string };
}

/** @param signal gives the answer up: what was sent may have got there */
export async function askEuler(
  { base, apiKey, egress }: EulerRest,
  { method, path, body, account }: EulerRequest,
  signal: AbortSignal,
): Promise<Outcome> {
  const headers = {
    ...{ accept: "application/json", "user-agent": "ttlc", "x-api-key": apiKey, ...account },
    ...(body && { "content-type": "application/json" }),
  };
  try {
    return outcomeOf(await egress.send({ url: base + path, method, headers, ...(body && { body }), signal }));
  } catch (error) {
    if (error instanceof EgressRefusedError) return { state: "failed", reason: "address_refused" };
    if (!(error instanceof EgressFailedError)) throw error;
    const reason = error.fault;
    return error.isUnsent ? { state: "again", reason, waitMs: 0 } : { state: "unknown", reason };
  }
}

/**
 * Its status, or the `code` that it says in an answer of 200. Of a fault of its own nobody knows how far it came; what was
 * too much at a time was not done.
 */
function outcomeOf({ status, headers, body, cut }: EgressReply): Outcome {
  const code = status >= 200 && status < 300 ? codeIn(body) : status;
  if (code >= 200 && code < 300) return cut ? { state: "unknown", reason: cut.fault } : { state: "done", reason: null };
  if (code === 429)
    return { state: "again", reason: "http_429", waitMs: retryAfterMs(headers["retry-after"], new Date()) };
  const isRefused = code >= 400 && code < 500 && code !== 408;
  return { state: isRefused ? "failed" : "unknown", reason: `http_${code}` };
}

function codeIn(body: Buffer): number {
  try {
    const { code } = JSON.parse(body.toString());
    return typeof code === "number" ? code : 200;
  } catch {
    return 200; // it was taken; the rest of the answer says nothing to us
  }
}
