import { createHmac, randomBytes } from "node:crypto";

/** A signing secret as it is stored: it is needed whole to sign. ISO 8601; `expiresAt` null: until another one comes. */
export interface Secret {
  secret: string;
  createdAt: string;
  expiresAt: string | null;
}

const PREFIX = "whsec_";

export const newSecret = (now: Date): Secret => ({
  secret: PREFIX + randomBytes(32).toString("base64"),
  createdAt: now.toISOString(),
  expiresAt: null,
});

/** The new one beside the one before, which is good until `overlapMs` from now; older ones end. */
export function rotated([current]: readonly Secret[], fresh: Secret, overlapMs: number, now: Date): Secret[] {
  const until = new Date(now.getTime() + overlapMs).toISOString();
  return [fresh, ...(current && overlapMs > 0 ? [{ ...current, expiresAt: until }] : [])];
}

/** Those that sign now: the newest, and the one before it until it ends. */
export const liveSecrets = (secrets: readonly Secret[], now: Date): Secret[] =>
  secrets.filter(({ expiresAt }) => expiresAt === null || Date.parse(expiresAt) > now.getTime());

/**
 * A webhook-id that no other one has and that sorts by time: `msg_` and base 36, without the dot that signatures are made
 * with.
 */
export const newWebhookId = (now: Date, prefix: "msg" | "test" = "msg"): string =>
  `${prefix}_${now.getTime().toString(36).padStart(9, "0")}${randomBytes(12).toString("hex")}`;

/**
 * The headers of Standard Webhooks: one signature for each secret, so that the receiver may know either.
 *
 * @param at the time of this attempt; the id stays the same over all of them
 */
export function signatureHeaders(
  id: string,
  at: Date,
  body: string,
  secrets: readonly Secret[],
): Record<string, string> {
  const timestamp = Math.floor(at.getTime() / 1000);
  const sign = ({ secret }: Secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), "base64");
    return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
  };
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": secrets.map(sign).join(" "),
  };
}
