import type { DestinationTest, Envelope } from "../../contracts/destination.ts";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import type { Egress } from "../../lib/egress/egress.ts";
import { liveSecrets, newWebhookId, type Secret, signatureHeaders } from "../../lib/webhooks/signature.ts";
import { verdictOf } from "../../lib/webhooks/verdict.ts";
import { bodyOf } from "./envelope.ts";

/** A chat line that nobody wrote, told from others by its `streamId` and its id. */
const sampleEvent = (now: Date): UnifiedEvent => ({
  schemaVersion: "unified.v1",
  eventId: "0".repeat(64),
  eventType: "CHAT",
  rawType: "WebcastChatMessage",
  streamId: "test",
  sessionId: "00000000-0000-4000-8000-000000000000",
  source: "live",
  provider: "simulator",
  seqNo: 0,
  isHistory: false,
  timestamp: now.toISOString(),
  ingestedAt: now.toISOString(),
  user: {
    userId: "0",
    uniqueId: "ttlc",
    displayName: "ttlc",
    isModerator: false,
    isSubscriber: false,
    isFollower: false,
  },
  payload: { message: "This is a test of your destination." },
});

/** One signed attempt, outside of the order of batches and not repeated. What went wrong is the answer. */
export async function sendTest(
  egress: Pick<Egress, "send">,
  { url, envelope, secrets }: { url: string; envelope: Envelope; secrets: Secret[] },
  now: Date,
): Promise<DestinationTest> {
  const webhookId = newWebhookId(now, "test");
  const { contentType, text } = bodyOf(envelope, [sampleEvent(now)], now);
  const signature = signatureHeaders(webhookId, now, text, liveSecrets(secrets, now));
  const headers = { "content-type": contentType, "user-agent": "ttlc", ...signature };
  const startedAt = performance.now();
  try {
    const { status, headers: told, durationMs } = await egress.send({ url, headers, body: text });
    const delivered = verdictOf(status, told, now).kind === "delivered";
    return { webhookId, delivered, status, error: delivered ? null : `it answered ${status}`, durationMs };
  } catch (error) {
    const durationMs = Math.round(performance.now() - startedAt);
    return { webhookId, delivered: false, status: null, error: (error as Error).message, durationMs };
  }
}
