import { CommonMessageData, WebcastChatMessage } from "tiktok-live-proto/v3";
import { describe, expect, it } from "vitest";
import { encode, make } from "./codec.ts";
import { readMsgId, withMsgId, writeVarint } from "./protobuf.ts";

const msgId = "7309148560163375877";
const chat = encode(WebcastChatMessage, {
  common: make(CommonMessageData, { method: "WebcastChatMessage", msgId, roomId: "7309128470994258694" }),
  content: "hello",
});

describe("readMsgId", () => {
  it("finds common.msgId", () => expect(readMsgId(chat)).toBe(msgId));

  it.each([
    { what: "nothing", payload: Buffer.alloc(0) },
    { what: "a message without common", payload: encode(WebcastChatMessage, { content: "hello" }) },
    { what: "a common without msgId", payload: encode(WebcastChatMessage, { common: make(CommonMessageData) }) },
    { what: "a truncated length", payload: Buffer.from([0x0a, 0xff, 0xff]) },
    { what: "a varint without end", payload: Buffer.alloc(12, 0xff) },
    { what: "an unused wire type", payload: Buffer.from([0x0b, 0x01]) },
  ])("finds none in $what", ({ payload }) => expect(readMsgId(payload)).toBeUndefined());

  it("skips fixed-width fields before common", () => {
    const fixed = Buffer.from([0x11, 1, 2, 3, 4, 5, 6, 7, 8, 0x1d, 1, 2, 3, 4]);
    expect(readMsgId(Buffer.concat([fixed, chat]))).toBe(msgId);
  });
});

describe("withMsgId", () => {
  const other = "7309148560163375878";

  it("changes the id and nothing else", () => {
    const renumbered = withMsgId(chat, other) as Buffer;
    expect(WebcastChatMessage.decode(renumbered)).toEqual({
      ...WebcastChatMessage.decode(chat),
      common: { ...WebcastChatMessage.decode(chat).common, msgId: other },
    });
    expect(renumbered).toHaveLength(chat.length);
  });

  it("leaves the original alone", () => {
    withMsgId(chat, other);
    expect(readMsgId(chat)).toBe(msgId);
  });

  it("refuses an id of another length", () => expect(withMsgId(chat, "1")).toBeUndefined());

  it("refuses a payload without id", () => expect(withMsgId(Buffer.alloc(0), other)).toBeUndefined());
});

it.each([
  { value: 0n, bytes: [0] },
  { value: 127n, bytes: [127] },
  { value: 128n, bytes: [0x80, 1] },
  { value: 300n, bytes: [0xac, 2] },
])("writes $value as a varint", ({ value, bytes }) => expect([...writeVarint(value)]).toEqual(bytes));
