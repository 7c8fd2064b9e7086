import { CommonMessageData, WebcastChatMessage, WebcastRoomPinMessage } from "tiktok-live-proto/v3";
import { describe, expect, it } from "vitest";
import { encode, make } from "./codec.ts";
import { readMsgId, withMsgId, writeVarint } from "./protobuf.ts";

const type = "WebcastChatMessage";
const msgId = "7309148560163375877";
const chat = encode(WebcastChatMessage, {
  common: make(CommonMessageData, { method: type, msgId, roomId: "7309128470994258694" }),
  content: "hello",
});

describe("readMsgId", () => {
  it("finds common.msgId", () => expect(readMsgId(chat, type)).toBe(msgId));

  it.each([
    { what: "nothing", payload: Buffer.alloc(0) },
    { what: "a message without common", payload: encode(WebcastChatMessage, { content: "hello" }) },
    { what: "a common without msgId", payload: encode(WebcastChatMessage, { common: make(CommonMessageData) }) },
    { what: "a truncated length", payload: Buffer.from([0x0a, 0xff, 0xff]) },
    { what: "a varint without end", payload: Buffer.alloc(12, 0xff) },
    { what: "an unused wire type", payload: Buffer.from([0x0b, 0x01]) },
  ])("finds none in $what", ({ payload }) => expect(readMsgId(payload, type)).toBeUndefined());

  it("finds common wherever it is, behind texts and other messages", () => {
    const common = encode(CommonMessageData, { method: "WebcastNovelMessage", msgId, roomId: "1" });
    const payload = Buffer.concat([
      Buffer.from([0x0a, 0x03, 0xff, 0xff, 0xff]), // field 1: bytes that are no message
      Buffer.from([0x12, 0x02, 0x08, 0x07]), // field 2: another message
      Buffer.from([0x1a, common.length]), // field 3
      common,
    ]);
    expect(readMsgId(payload, "WebcastNovelMessage")).toBe(msgId);
  });

  it("takes fields in any order", () => {
    const common = Buffer.concat([Buffer.from([0x10, 0x07]), encode(CommonMessageData, { method: type, roomId: "1" })]);
    const payload = Buffer.concat([Buffer.from([0x1a, 0x01, 0x78, 0x0a, common.length]), common]);
    expect(readMsgId(payload, type)).toBe("7");
  });

  it("believes field 1 where nothing bears the type's own name", () => {
    expect(readMsgId(chat, "RoomMessage")).toBe(msgId);
  });

  it("is not taken in by the common of a message within", () => {
    const pin = encode(WebcastRoomPinMessage, { chatMessage: WebcastChatMessage.decode(chat) });
    expect(readMsgId(pin, "WebcastRoomPinMessage")).toBeUndefined();
  });

  it("skips fixed-width fields before common", () => {
    const fixed = Buffer.from([0x11, 1, 2, 3, 4, 5, 6, 7, 8, 0x1d, 1, 2, 3, 4]);
    expect(readMsgId(Buffer.concat([fixed, chat]), type)).toBe(msgId);
  });
});

describe("withMsgId", () => {
  const other = "7309148560163375878";

  it("changes the id and nothing else", () => {
    const renumbered = withMsgId(chat, type, other) as Buffer;
    expect(WebcastChatMessage.decode(renumbered)).toEqual({
      ...WebcastChatMessage.decode(chat),
      common: { ...WebcastChatMessage.decode(chat).common, msgId: other },
    });
    expect(renumbered).toHaveLength(chat.length);
  });

  it("leaves the original alone", () => {
    withMsgId(chat, type, other);
    expect(readMsgId(chat, type)).toBe(msgId);
  });

  it("refuses an id of another length", () => expect(withMsgId(chat, type, "1")).toBeUndefined());

  it("refuses a payload without id", () => expect(withMsgId(Buffer.alloc(0), type, other)).toBeUndefined());
});

it.each([
  { value: 0n, bytes: [0] },
  { value: 127n, bytes: [127] },
  { value: 128n, bytes: [0x80, 1] },
  { value: 300n, bytes: [0xac, 2] },
])("writes $value as a varint", ({ value, bytes }) => expect([...writeVarint(value)]).toEqual(bytes));
