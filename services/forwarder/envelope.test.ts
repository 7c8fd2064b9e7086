import { WebcastSchemas } from "@eulerstream/euler-websocket-sdk";
import { describe, expect, it } from "vitest";
import { type EventType, eventTypes, type UnifiedEvent } from "../../contracts/unified-event.ts";
import { fullEvent, makeEvent, viewer } from "../../test/fixtures/events.ts";
import { asUnified, bodyOf, cloudEvent } from "./envelope.ts";
import { eulerBundle, eulerMessage } from "./euler.ts";

const now = new Date("2026-03-01T12:00:00Z");

/** An event with every field, numbers where Euler's have numbers. */
const full = (type: EventType): UnifiedEvent => {
  const event = fullEvent(type);
  if (event.eventType !== "GIFT") return event;
  return { ...event, payload: { ...event.payload, giftId: "5655" } };
};

describe("euler", () => {
  type Codec = { decode(bytes: Uint8Array): Record<string, unknown> };
  const schema = WebcastSchemas.v2 as unknown as Record<string, Codec | undefined>;
  /** A message without content: what all fields are when nothing is said. */
  const empty = (type: string) => schema[`${type}Decoder`]?.decode(new Uint8Array());

  /** What in `data` Euler's own schema does not know, or has as something else. */
  function strange(type: string, data: object): string[] {
    const known = empty(type);
    if (!known) return [`there is no ${type}`];
    return Object.entries(data).flatMap(([name, value]) => {
      if (!(name in known)) return [`${type}.${name} is not known`];
      const of = parts[`${type}.${name}`] ?? parts[name];
      if (of) return [value].flat().flatMap((item) => strange(of, item as object));
      return typeof value === typeof known[name] ? [] : [`${type}.${name} is ${typeof known[name]}`];
    });
  }
  const parts: Record<string, string> = {
    common: "CommonMessageData",
    user: "User",
    toUser: "User",
    atUser: "User",
    giftDetails: "Gift",
    giftImage: "Image",
    profilePicture: "Image",
    followInfo: "User_FollowInfo",
    userAttr: "User_UserAttr",
    userIdentity: "UserIdentity",
    badges: "BadgeStruct",
    logExtra: "PrivilegeLogExtra",
    ranksList: "WebcastRoomUserSeqMessage_Contributor",
    emotes: "WebcastSubEmote",
    emote: "EmoteDetails",
    emoteList: "Emote",
    image: "Image",
    "EmoteDetails.image": "EmoteImage",
  };

  const own: EventType[] = ["BATTLE", "ERROR", "RAW"];
  const ofConnection: EventType[] = ["CONNECTED", "DISCONNECTED"];
  const taken = eventTypes.filter((type) => !own.includes(type) && !ofConnection.includes(type));

  it.each(taken)("%s has nothing in it that its schema v2 does not have", (eventType) => {
    const { type, data } = eulerMessage(full(eventType));
    expect(strange(type, data)).toEqual([]);
    expect(data.common).toMatchObject({ method: type, roomId: expect.any(String) });
  });

  it.each(own)("%s goes as it is, under a type of ours", (eventType) => {
    const event = full(eventType);
    expect(eulerMessage(event)).toEqual({ type: "ttlc.event", data: event });
  });

  it("tells the beginning and the end of a connection in its own messages", () => {
    expect(ofConnection.map((type) => eulerMessage(makeEvent(type)).type)).toEqual([
      "tiktok.connect",
      "tiktok.disconnect",
    ]);
  });

  it("keeps the steps of a streak together, and tells its end", () => {
    const streakId = "ab".repeat(32);
    const step = (streakState: string, payload: object = {}) =>
      eulerMessage(makeEvent("GIFT", { payload: { streakId, streakState, ...payload } })).data;
    const steps = [step("progress"), step("progress", { giftCount: 2 }), step("final", { giftCount: 2 })];
    expect(new Set(steps.map(({ groupId }) => groupId)).size).toBe(1);
    expect(steps.map(({ repeatCount, repeatEnd }) => [repeatCount, repeatEnd])).toEqual([
      [1, 0],
      [2, 0],
      [2, 1],
    ]);
  });

  it("is one bundle in order", () => {
    const events = [makeEvent("CHAT"), makeEvent("LIKE")];
    const { timestamp, messages } = eulerBundle(events, now);
    expect(timestamp).toBe(now.getTime());
    expect(messages.map(({ type }) => type)).toEqual(["WebcastChatMessage", "WebcastLikeMessage"]);
  });
});

it.each(eventTypes)("CloudEvents 1.0 of %s has what must be there, in its form", (eventType) => {
  const event = full(eventType);
  const { specversion, id, source, type, time, subject, data } = cloudEvent(event);
  expect({ specversion, id, data }).toEqual({ specversion: "1.0", id: event.eventId, data: event });
  expect(source).toMatch(/^\/streams\/[^\s/]+$/);
  expect(type).toMatch(/^dev\.ttlc\.[a-z-]+\.v1$/);
  expect(time).toBe(event.timestamp);
  expect(subject).toBe(event.user?.userId);
});

it("unified is a list of events as the contract has them", () => {
  const event = makeEvent("CHAT", { user: viewer(1) });
  const { contentType, text } = bodyOf("unified", [asUnified({ ...event, inherited: { isModerator: true } })], now);
  expect(contentType).toBe("application/json");
  expect(JSON.parse(text)).toEqual([event]);
});
