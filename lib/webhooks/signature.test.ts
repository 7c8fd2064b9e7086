import { Webhook, WebhookVerificationError } from "standardwebhooks";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { liveSecrets, newSecret, newWebhookId, rotated, signatureHeaders } from "./signature.ts";

const now = new Date();
beforeAll(() => void vi.useFakeTimers({ now, toFake: ["Date"] })); // a second more and W04 means another time
afterAll(() => void vi.useRealTimers());
const later = (ms: number) => new Date(now.getTime() + ms);
const body = '{"a":1}';
const one = newSecret(now);
const other = newSecret(now);
const sign = (at = now, secrets = [one]) => signatureHeaders("msg_1", at, body, secrets);
const verify = (text: string, headers: Record<string, string>) => new Webhook(one.secret).verify(text, headers);

it("is what receivers' own library takes (W01)", () => {
  expect(verify(body, sign())).toEqual({ a: 1 });
});

it.each([
  ["a body that was changed by a blank (W02)", `${body} `, sign()],
  ["a time five minutes and a second ahead (W04)", body, sign(later(301_000))],
  ["a time as long ago", body, sign(later(-301_000))],
  ["the signature of another secret", body, sign(now, [other])],
  ["an asymmetric one only (W07)", body, { ...sign(), "webhook-signature": "v1a,AAAA" }],
  ["another id", body, { ...sign(), "webhook-id": "msg_2" }],
])("is not that for %s", (_what, text, headers) => {
  expect(() => verify(text, headers)).toThrow(WebhookVerificationError);
});

it("is made by each secret that lives, so that a receiver may know either", () => {
  const secrets = rotated([one], other, 60_000, now);
  expect(secrets).toEqual([other, { ...one, expiresAt: later(60_000).toISOString() }]);
  const headers = sign(now, liveSecrets(secrets, now));
  expect(headers["webhook-signature"]?.split(" ")).toHaveLength(2);
  expect(verify(body, headers)).toEqual({ a: 1 });
  expect(new Webhook(other.secret).verify(body, headers)).toEqual({ a: 1 });
  expect(liveSecrets(secrets, later(60_001))).toEqual([other]);
});

it("never has more than two secrets, and only the new one when the old one is to end at once", () => {
  const third = newSecret(now);
  expect(rotated(rotated([one], other, 60_000, now), third, 60_000, now)).toHaveLength(2);
  expect(rotated([one], other, 0, now)).toEqual([other]);
});

it("goes with an id without a dot, that sorts by its time (W08)", () => {
  const ids = [0, 1, 60_000, 10 ** 9].map((ms) => newWebhookId(later(ms)));
  expect(ids.toSorted()).toEqual(ids);
  for (const id of ids) expect(id).toMatch(/^msg_[0-9a-z]{33}$/);
  expect(newWebhookId(now)).not.toBe(newWebhookId(now));
});
