import { CommonMessageData, WebcastChatMessage, WebcastControlMessage } from "tiktok-live-proto/v3";
import { describe, expect, it } from "vitest";
import { type Codec, encode, make } from "./codec.ts";
import { readMsgId } from "./protobuf.ts";
import { inFrames, parseRecording, type RecordedRow, toMessage } from "./replay.ts";

const msgId = "7309148560163375877";
const common = make(CommonMessageData, { method: "WebcastChatMessage", msgId });
const row = <Type extends object>(type: string, codec: Codec<Type>, fields: Partial<Type>): RecordedRow => ({
  type,
  payload: encode(codec, fields as never).toString("base64"),
});
const chat = row("WebcastChatMessage", WebcastChatMessage, { common, content: "hello" });
const control = (action: number) => row("WebcastControlMessage", WebcastControlMessage, { action });

describe("parseRecording", () => {
  it("reads one row a line and skips empty lines", () => {
    expect(parseRecording(`${JSON.stringify(chat)}\n\n${JSON.stringify(control(1))}\n`)).toHaveLength(2);
  });

  it.each([
    { what: "no JSON", line: "secret" },
    { what: "no type", line: '{"payload":"secret"}' },
    { what: "no payload", line: '{"type":"secret"}' },
    { what: "null", line: "null" },
  ])("names the line of $what, not its content", ({ line }) => {
    expect(() => parseRecording(`${JSON.stringify(chat)}\n${line}`)).toThrow(/^line 2 is no JSON object(?!.*secret)/);
  });
});

describe("toMessage", () => {
  it("keeps the bytes and takes the id from them", () => {
    const message = toMessage(chat);
    expect(message).toMatchObject({ method: "WebcastChatMessage", msgId });
    expect(message.payload.toString("base64")).toBe(chat.payload);
  });

  it("has id 0 where the payload has none", () => expect(toMessage(control(1)).msgId).toBe("0"));

  it("puts a new id inside and outside", () => {
    const message = toMessage(chat, "7309148560163375999");
    expect([message.msgId, readMsgId(message.payload, message.method)]).toEqual([
      "7309148560163375999",
      "7309148560163375999",
    ]);
  });
});

describe("inFrames", () => {
  const sizes = (...rows: RecordedRow[]) => [...inFrames(rows, 3)].map((frame) => frame.length);

  it("fills frames", () => expect(sizes(chat, chat, chat, chat)).toEqual([3, 1]));

  it.each([3, 4])("puts nothing behind control action %i, at which the connector hangs up", (action) => {
    expect(sizes(chat, control(action), chat, chat)).toEqual([2, 2]);
  });

  it.each([1, 2])("goes on behind control action %i", (action) => {
    expect(sizes(chat, control(action), chat)).toEqual([3]);
  });

  it("takes a control message that cannot be decoded for any other", () => {
    expect(sizes({ type: "WebcastControlMessage", payload: "Cv//" }, chat)).toEqual([2]);
  });
});
