import { describe, expect, it } from "vitest";
import { eventOf, nameOf, payloadOf, rawOf, refusalOf } from "./testing.ts";

describe("a connection", () => {
  const channelId = "0b8f6c1e-7d1a-4c0e-9f3b-2a6f0e5d4c3b";

  it("names channel, streamer and title", () => {
    const message = {
      provider: "simulator",
      channelId,
      uniqueId: "alice",
      owner: { userId: "42", uniqueId: "alice", displayName: "Alice" },
      title: "Sunday",
    };
    expect(eventOf("ControlEvent.CONNECTED", message)).toMatchObject({ eventType: "CONNECTED", user: null });
    expect(payloadOf("CONNECTED", "ControlEvent.CONNECTED", message)).toEqual(message);
  });

  it("is refused without a channel of ours", () => {
    const raw = rawOf("ControlEvent.CONNECTED", { provider: "direct", channelId: "alice", uniqueId: "alice" });
    expect(refusalOf(raw)?.message).toBe('payload.channelId must match format "uuid"');
  });
});

describe("an end of the connection", () => {
  const disconnected = (message: object) => payloadOf("DISCONNECTED", "ControlEvent.DISCONNECTED", message);

  it.each(["the stream ended", "socket closed with 1006", "ingest_lost"])("keeps the actor's words: %s", (reason) => {
    expect(disconnected({ code: 1006, reason })).toEqual({ code: 1006, reason });
  });

  it.each([
    { code: 1006, reason: "", expected: "connection lost" },
    { code: 4005, reason: "@alice said good-bye!", expected: "stream ended" },
    { code: 4999, reason: "7255491026734443125", expected: "closed" },
    { code: 1000, reason: { a: 1 }, expected: "closed" },
  ])("says what code $code means instead of $reason", ({ code, reason, expected }) => {
    expect(disconnected({ code, reason }).reason).toBe(expected);
  });
});

describe("an error", () => {
  const failed = (message: object) => payloadOf("ERROR", "ControlEvent.ERROR", message);

  it("has code and message", () => {
    const error = { code: "SIGN_LIMITED", message: "the signer limits us, next try in 30 s" };
    expect(failed(error)).toEqual(error);
  });

  it("has nothing in it that looks like a person", () => {
    const message = "no room of @alice (7255491026734443125), see https://www.tiktok.com/@alice or mail a@b.de";
    expect(failed({ code: "alice", message })).toEqual({
      code: "UNKNOWN",
      message: "no room of … (…), see … or mail …",
    });
  });
});

describe("facts of the room's actor", () => {
  const facts = (type: string, message: object) => payloadOf("RAW", type, message).facts;
  const gap = {
    from: "2026-11-20T05:00:00.000Z",
    to: "2026-11-20T05:01:00.000Z",
    why: "disconnected",
    seqNoBefore: 0,
    seqNoAfter: 1,
  };

  it("tell what was missed", () => {
    expect(nameOf(eventOf("ttlc.Gap", gap))).toBe("RAW GAP");
    expect(facts("ttlc.Gap", gap)).toEqual(gap);
  });

  it("tell how many messages were dropped", () => {
    const dropped = { from: gap.from, to: gap.to, why: "overload", count: 1_234 };
    expect(facts("ttlc.Gap", dropped)).toEqual(dropped);
  });

  it("tell of no text that is not theirs", () => {
    expect(facts("ttlc.Gap", { from: "alice", to: "2026-11-20", why: "@alice" })).toEqual({});
  });

  it("tell who delivers now", () => {
    const message = { from: "direct", to: "euler", why: "rate limited" };
    expect(nameOf(eventOf("ttlc.SourceSwitched", message))).toBe("RAW SOURCE_SWITCHED");
    expect(facts("ttlc.SourceSwitched", message)).toEqual(message);
    expect(facts("ttlc.SourceSwitched", { from: "alice", to: "euler" })).toEqual({ to: "euler" });
  });
});

it("an end that only TikTok's pages told of is a STREAM_END of its own kind", () => {
  const event = eventOf("ttlc.StreamEnded", {});
  expect([nameOf(event), event.payload]).toEqual(["STREAM_END UNANNOUNCED", { action: 0 }]);
});

describe("a control message", () => {
  it.each([
    ["RAW CONTROL", 0, { facts: { action: 0 } }],
    ["RAW STREAM_PAUSED", 1, { facts: { action: 1 } }],
    ["RAW STREAM_RESUMED", 2, { facts: { action: 2 } }],
    ["STREAM_END ENDED", 3, { action: 3 }],
    ["STREAM_END SUSPENDED", 4, { action: 4 }],
    ["RAW CONTROL", 5, { facts: { action: 5 } }],
  ])("is %s for action %j", (expected, action, payload) => {
    const event = eventOf("WebcastControlMessage", { action });
    expect(nameOf(event)).toBe(expected);
    expect(event.payload).toMatchObject(payload);
  });

  it("gives TikTok's reason as its number only", () => {
    const ended = (extra: object) => payloadOf("STREAM_END", "WebcastControlMessage", { action: 4, extra });
    expect(ended({ reasonNo: "12", title: { defaultPattern: "Alice was banned" } })).toEqual({
      action: 4,
      reason: "12",
    });
    expect(ended({ reasonNo: "Alice" })).toEqual({ action: 4 });
  });
});
