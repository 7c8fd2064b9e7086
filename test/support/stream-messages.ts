import type { RawEnvelope } from "../../contracts/raw-envelope.ts";
import type { EventEntry } from "../../contracts/unified-event.ts";
import type { Patience } from "../../mixins/streams/patience.ts";

/** Quick times for `settings.streams`, so that a retry or a take-over is a matter of milliseconds. */
export const quick = {
  claimIdleMs: 300,
  maxAttempts: 3,
  retry: { initialMs: 10, maxMs: 40, multiplier: 2, jitter: 0 },
  outage: { initialMs: 10, maxMs: 100, multiplier: 2, jitter: 0 },
} satisfies Partial<Patience>;

/** A raw entry that is nothing but its number. */
export const raw = (seqNo: number): RawEnvelope => ({
  schemaVersion: "raw.v1",
  streamId: "7300",
  sessionId: "00000000-0000-4000-8000-000000000001",
  source: "live",
  type: "WebcastChatMessage",
  seqNo,
  timestamp: "2026-01-01T00:00:00.000Z",
  ingestedAt: "2026-01-01T00:00:00.000Z",
  data: "aGk=",
  provider: "direct",
  isHistory: false,
  encoding: "base64",
});

/** The event that a hand-off makes of it. */
export const event = ({ seqNo }: RawEnvelope): EventEntry => ({
  event: {
    schemaVersion: "unified.v1",
    eventId: seqNo.toString(16).padStart(64, "0"),
    eventType: "STREAM_END",
    rawType: "WebcastControlMessage",
    streamId: "7300",
    sessionId: "00000000-0000-4000-8000-000000000001",
    source: "live",
    provider: "direct",
    seqNo,
    isHistory: false,
    timestamp: "2026-01-01T00:00:00.000Z",
    ingestedAt: "2026-01-01T00:00:00.000Z",
    user: null,
    payload: { action: 3 },
  },
});
