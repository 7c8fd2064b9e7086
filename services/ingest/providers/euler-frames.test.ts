import { describe, expect, it } from "vitest";
import { messagesIn, roomFactsOf, toSourceMessage } from "./euler-frames.ts";

const chat = {
  type: "WebcastChatMessage",
  data: { common: { msgId: "7001", roomId: "7286", createTime: "1700000000000" } },
};

describe("a frame of Euler's", () => {
  it.each([
    ["a bundle", { timestamp: 1, messages: [chat, chat] }, 2],
    ["an empty bundle", { timestamp: 1, messages: [] }, 0],
    ["a message alone", chat, 1],
  ])("%s", (_, frame, count) => {
    expect(messagesIn(JSON.stringify(frame))).toEqual(Array(count).fill(chat));
  });

  it.each(["", "{", "[]", "null", "17", '{"messages":[17]}', '{"messages":[{"data":{}}]}'])("is not %j", (text) => {
    expect(() => messagesIn(text)).toThrow();
  });

  it("keeps every digit of an id that is a number", () => {
    const [message] = messagesIn('{"type":"WebcastGiftMessage","data":{"orderId":7286185077563116001}}');
    expect(message?.data).toEqual({ orderId: "7286185077563116001" });
  });
});

it("a message has TikTok's id and time, and its JSON as payload", () => {
  const receivedAt = new Date();
  const { payload, ...message } = toSourceMessage(chat, receivedAt);
  expect(JSON.parse(Buffer.from(payload).toString())).toEqual(chat.data);
  expect(message).toEqual({
    method: "WebcastChatMessage",
    msgId: "7001",
    isHistory: false,
    receivedAt,
    encoding: "json",
    provider: "euler",
    common: { msgId: "7001", createTime: 1_700_000_000_000 },
  });
});

it("one of Euler's own has neither", () => {
  expect(toSourceMessage({ type: "workerInfo", data: {} }, new Date())).toMatchObject({ msgId: "", common: {} });
});

it.each([
  ["roomInfo", { roomInfo: { id: "7286", isLive: true, title: "t" } }, { streamId: "7286", isLive: true, title: "t" }],
  [
    "roomInfo",
    { roomInfo: { id: "72x86" }, user: { userId: "1234", nickname: "N" } },
    { owner: { userId: "1234", uniqueId: "", displayName: "N" } },
  ],
  ["roomInfo", {}, {}],
  ["WebcastChatMessage", chat.data, { streamId: "7286" }],
  ["workerInfo", { common: { roomId: "room" } }, {}],
] as const)("%s %j tells %j of the room", (type, data, expected) => {
  expect(roomFactsOf({ type, data })).toEqual(expected);
});
