import { hash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { normalize } from "./normalize.ts";
import { eventOf, nameOf, now, payloadOf, rawOf, refusalOf } from "./testing.ts";

const chat = { user: { id: "42", displayId: "alice", nickname: "Alice" }, content: "hello" };

describe("the event", () => {
  it("carries what the envelope says, in the contract's order", () => {
    const raw = rawOf("WebcastChatMessage", chat, {
      provider: "euler",
      msgId: "99",
      isHistory: true,
      source: "replay",
    });
    expect(JSON.stringify(normalize(raw, now).event)).toBe(
      JSON.stringify({
        schemaVersion: "unified.v1",
        eventId: hash("sha256", "7300000000000000001:7:WebcastChatMessage"),
        eventType: "CHAT",
        rawType: "WebcastChatMessage",
        streamId: "7300000000000000001",
        sessionId: "0b8f6c1e-7d1a-4c0e-9f3b-2a6f0e5d4c3b",
        source: "replay",
        provider: "euler",
        seqNo: 7,
        msgId: "99",
        isHistory: true,
        timestamp: "2024-05-01T12:00:00.000Z",
        ingestedAt: "2024-05-01T12:00:00.250Z",
        user: {
          userId: "42",
          uniqueId: "alice",
          displayName: "Alice",
          isModerator: false,
          isSubscriber: false,
          isFollower: false,
        },
        payload: { message: "hello" },
      }),
    );
  });

  it("is direct and no history when the envelope does not say", () => {
    expect(eventOf("WebcastChatMessage", chat)).toMatchObject({ provider: "direct", isHistory: false });
  });

  it.each(["0", ""])("has no msgId when it is %j", (msgId) => {
    expect(eventOf("WebcastChatMessage", chat, { msgId })).not.toHaveProperty("msgId");
  });

  it("is the same whenever it is made", () => {
    const raw = rawOf("WebcastChatMessage", chat);
    const later = normalize(raw, new Date(now.getTime() + 1)).event;
    expect(JSON.stringify(later)).toBe(JSON.stringify(normalize(raw, now).event));
  });

  it.each(["1970-01-01T00:00:00Z", "2015-12-31T23:59:59Z", "2024-05-02T12:00:00.251Z"])(
    "happened when it was received if %s cannot be true",
    (timestamp) => {
      expect(eventOf("WebcastChatMessage", chat, { timestamp }).timestamp).toBe("2024-05-01T12:00:00.250Z");
    },
  );

  it.each(["2016-01-01T00:00:00Z", "2024-05-02T12:00:00.250Z", "2024-05-01T14:00:00+02:00"])(
    "keeps the timestamp %s",
    (timestamp) => expect(eventOf("WebcastChatMessage", chat, { timestamp }).timestamp).toBe(timestamp),
  );
});

describe("the entry", () => {
  it("keeps the original data and says how to read it", () => {
    const data = JSON.stringify(chat);
    expect(normalize(rawOf("WebcastChatMessage", data), now)).toMatchObject({
      normalizedAt: "2026-11-20T05:00:00.000Z",
      raw: data,
      encoding: "json",
    });
  });

  it("takes data that is no JSON for base64", () => {
    expect(normalize(rawOf("WebcastNovelMessage", "CAE="), now).encoding).toBe("base64");
  });
});

describe("a message that was too large", () => {
  const entry = normalize(rawOf("WebcastChatMessage", ""), now);

  it("is RAW TOO_LARGE of nobody", () => {
    expect(entry.event).toMatchObject({
      eventType: "RAW",
      subType: "TOO_LARGE",
      user: null,
      payload: { rawType: "WebcastChatMessage" },
    });
  });

  it("looks to a replay as it did the first time", () => {
    expect(entry).toMatchObject({ raw: "" });
    expect(entry).not.toHaveProperty("encoding");
  });
});

describe("an unknown type", () => {
  it("passes through as RAW without subType, its bytes kept", () => {
    expect(eventOf("WebcastNovelMessage", "CAESAmhp")).toMatchObject({
      eventType: "RAW",
      user: null,
      payload: { rawType: "WebcastNovelMessage", data: "CAESAmhp" },
    });
    expect(nameOf(eventOf("WebcastNovelMessage", "CAESAmhp"))).toBe("RAW");
  });

  it.each(["User", "WebcastPushFrame", "WebcastLinkMicArmies_ArmiesEntry", "constructor", "toString"])(
    "is also %s, which is no message",
    (type) => expect(eventOf(type, "CAESAmhp").payload).toEqual({ rawType: type, data: "CAESAmhp" }),
  );

  it("passes JSON through decoded", () => {
    expect(payloadOf("RAW", "roomInfo", { isLive: false, id: 5 }).data).toEqual({ isLive: false, id: 5 });
  });
});

describe("what an erasure left", () => {
  const canonical = (data: object) => eventOf("WebcastX", JSON.stringify(data), { encoding: "canonical" });

  it("passes through without a user", () => {
    const gift = payloadOf("GIFT", "WebcastGiftMessage", { giftId: "5655", repeatCount: 2, gift: { diamondCount: 3 } });
    expect(canonical({ eventType: "GIFT", subType: "STREAK_CLOSED", payload: gift })).toMatchObject({
      eventType: "GIFT",
      subType: "STREAK_CLOSED",
      user: null,
      payload: gift,
    });
  });

  it("has empty texts where the contract wants some", () => {
    expect(canonical({ eventType: "CHAT", payload: { language: "en" } }).payload).toEqual({
      message: "",
      language: "en",
    });
    const connected = { provider: "direct", channelId: "0b8f6c1e-7d1a-4c0e-9f3b-2a6f0e5d4c3b" };
    expect(canonical({ eventType: "CONNECTED", payload: connected }).payload).toEqual({ uniqueId: "", ...connected });
  });

  it("has nothing personal in it, whatever was sent", () => {
    const payload = { message: "secret", mentions: [{ userId: "1" }], language: "en" };
    expect(canonical({ eventType: "CHAT", user: { userId: "1" }, payload })).toMatchObject({
      user: null,
      payload: { message: "", language: "en" },
    });
  });

  it("must be of a type of the contract", () => {
    const raw = rawOf("WebcastX", JSON.stringify({ eventType: "toString", payload: {} }), { encoding: "canonical" });
    expect(refusalOf(raw)).toEqual({ reason: "SCHEMA_ERROR", message: "eventType must be one of the contract" });
  });
});

describe("a message it cannot make an event of", () => {
  it("is refused with the path of the field and not its value", () => {
    const raw = rawOf("WebcastLikeMessage", { user: chat.user, count: -4711 });
    expect(refusalOf(raw)).toEqual({ reason: "SCHEMA_ERROR", message: "payload.count must be >= 0" });
  });

  it.each([
    { what: "a ':' in streamId", fields: { streamId: "a:b" }, reason: "SCHEMA_ERROR" },
    { what: "an inexact seqNo", fields: { seqNo: 9_007_199_254_740_992 }, reason: "SCHEMA_ERROR" },
    { what: "a timestamp that is none", fields: { timestamp: "not-a-date" }, reason: "SCHEMA_ERROR" },
    { what: "base64 that is none", fields: { data: "garbage!", encoding: "base64" as const }, reason: "PARSE_ERROR" },
    {
      what: "base64 of another alphabet",
      fields: { data: "-_-_", encoding: "base64" as const },
      reason: "PARSE_ERROR",
    },
    { what: "base64 cut short", fields: { data: "CAESA", encoding: "base64" as const }, reason: "PARSE_ERROR" },
    { what: "no JSON", fields: { data: "", encoding: "json" as const }, reason: "PARSE_ERROR" },
  ])("is refused for $what", ({ fields, reason }) => {
    expect(refusalOf(rawOf("WebcastChatMessage", chat, fields))?.reason).toBe(reason);
  });

  it("is refused for a ':' in its type", () => {
    expect(refusalOf(rawOf("Webcast:Chat", chat))?.reason).toBe("SCHEMA_ERROR");
  });

  it("is refused when the room's actor seems to speak protobuf", () => {
    expect(refusalOf(rawOf("ttlc.Gap", "CAE="))?.reason).toBe("PARSE_ERROR");
  });
});
