import * as proto from "tiktok-live-proto/v3";
import { WebcastImDeleteMessage, WebcastLinkMicArmies, WebcastRoomUserSeqMessage } from "tiktok-live-proto/v3";
import { describe, expect, it } from "vitest";
import { decodeProtobuf, isKnown, knownTypes } from "./protobuf.ts";

describe("known types", () => {
  it("are all of TikTok's messages in the schema", () => expect(knownTypes.length).toBeGreaterThan(55));

  it.each(["WebcastChatMessage", "WebcastLinkMicArmies", "WebcastSpeakerMessage"])("have %s", (type) => {
    expect(isKnown(type)).toBe(true);
  });

  it.each([
    "User",
    "ControlAction",
    "BaseProtoMessage",
    "WebcastPushFrame",
    "WebcastLinkMicArmies_ArmiesEntry",
    "__proto__",
  ])("do not have %s", (type) => expect(isKnown(type)).toBe(false));
});

interface Codec {
  decode(bytes: Uint8Array): Record<string, unknown>;
}
const codecs = new Map(Object.entries(proto) as unknown as [string, Codec][]);

/** One value of each kind. */
const wire: [number, number[]][] = [
  [0, [1]],
  [1, [1, 0, 0, 0, 0, 0, 0, 0]],
  [2, [0]],
  [2, [1, 0x31]],
  [2, [4, 0x08, 1, 0x12, 0]],
  [2, [5, 0x0a, 1, 0x31, 0x12, 0]],
  [2, [4, 0x08, 1, 0x10, 1]],
  [2, [5, 0x0a, 1, 0x31, 0x10, 1]],
  [5, [1, 0, 0, 0]],
];

const asText = (value: unknown) => (typeof value === "object" ? JSON.stringify(value) : value);

/** What a decoder makes of a field, if it is of this kind; `unset` is what it makes of nothing. */
function changed(codec: Codec, sample: Uint8Array, unset: readonly unknown[]): string[] {
  try {
    const message = codec.decode(sample);
    return Object.keys(message).filter((name, i) => asText(message[name]) !== unset[i]);
  } catch {
    return [];
  }
}

const bytes = (...parts: (number[] | string | Buffer)[]) =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string)));

describe("protobuf", () => {
  const decode = (...values: number[]) => decodeProtobuf("WebcastChatMessage", Buffer.from(values));

  it("is decoded to the connector's layout", () =>
    expect(decode(0x1a, 2, 0x68, 0x69)).toMatchObject({ content: "hi" }));

  it("may have fields that the schema does not know", () => {
    expect(
      decode(0xf8, 0x7f, 1, 0xf9, 0x7f, 1, 2, 3, 4, 5, 6, 7, 8, 0xfd, 0x7f, 1, 2, 3, 4, 0x1a, 1, 0x68),
    ).toMatchObject({
      content: "h",
    });
  });

  it.each([
    { what: "a varint of 11 bytes", bytes: [0x08, ...Array(10).fill(0xff), 1] },
    { what: "a varint that is cut off", bytes: [0x08, 0xff] },
    { what: "a field longer than the message", bytes: [0x0a, 0xff, 0xff, 0x03, 0x08] },
    { what: "a field of 4 GiB", bytes: [0x0a, 0x80, 0x80, 0x80, 0x80, 0x10, 0, 0] },
    { what: "the field number 0", bytes: [0, 0] },
    { what: "the wire type 7", bytes: [0x0f, 1] },
    { what: "a group", bytes: [0x0b, 0x0c] },
    { what: "4 bytes that are cut off", bytes: [0x0d, 1] },
    { what: "8 bytes that are cut off", bytes: [0x09, 1] },
    { what: "a damaged message inside", bytes: [0x12, 2, 0x0a, 0x7f] },
    { what: "gzip", bytes: [0x1f, 0x8b, 8, 0] },
  ])("is refused for $what", ({ bytes }) => {
    expect(() => decode(...bytes)).toThrow("data cannot be decoded as protobuf");
  });
});

describe("a message whose parts come one by one", () => {
  it.each([
    {
      what: "a list",
      type: "WebcastRoomUserSeqMessage",
      codec: WebcastRoomUserSeqMessage,
      data: bytes([0x12, 2, 0x08, 9], [0x18, 5], [0x12, 2, 0x08, 7]),
    },
    {
      what: "a map",
      type: "WebcastLinkMicArmies",
      codec: WebcastLinkMicArmies,
      data: bytes([0x1a, 6, 0x08, 1, 0x12, 2, 0x10, 9], [0x10, 77], [0x1a, 6, 0x08, 2, 0x12, 2, 0x10, 3]),
    },
    {
      what: "a scalar sent twice",
      type: "WebcastRoomUserSeqMessage",
      codec: WebcastRoomUserSeqMessage,
      data: bytes([0x18, 5, 0x22, 1], "x", [0x18, 6]),
    },
    {
      what: "numbers, each for itself",
      type: "WebcastImDeleteMessage",
      codec: WebcastImDeleteMessage,
      data: bytes([0x10, 7], [0x10, 8], [0x18, 9], [0x10, 10]),
    },
    {
      what: "numbers, packed in two parts",
      type: "WebcastImDeleteMessage",
      codec: WebcastImDeleteMessage,
      data: bytes([0x12, 2, 7, 8], [0x12, 1, 9], [0x1a, 1, 5], [0x12, 1, 10]),
    },
    { what: "nothing", type: "WebcastRoomUserSeqMessage", codec: WebcastRoomUserSeqMessage, data: bytes() },
  ])("is the same as at once: $what", ({ type, codec, data }) => {
    expect(decodeProtobuf(type, data)).toEqual(codec.decode(data));
  });
});

describe("every field of every known type", () => {
  it.each(knownTypes)("is found in %s", (type) => {
    const codec = codecs.get(type) as Codec;
    const found = new Set<string>();
    const nothing = codec.decode(new Uint8Array());
    const unset = Object.values(nothing).map(asText);
    for (let field = 1; field < 2_048; field++) {
      for (const [wireType, content] of wire) {
        const tag = field * 8 + wireType;
        const sample = Buffer.of(...(tag < 128 ? [tag] : [(tag & 127) | 128, tag >> 7]), ...content);
        for (const name of changed(codec, sample, unset)) {
          found.add(name);
          expect(decodeProtobuf(type, sample)[name], `${name} of ${type}`).toEqual(codec.decode(sample)[name]);
        }
      }
    }
    const optional = Object.keys(nothing).filter((name) => !found.has(name));
    expect(optional).toEqual([]);
  });
});

describe("damage inside a nested message", () => {
  /** A user with an id, a field group that never began, and a nickname that reads as the chat's text. */
  const user = bytes([0x08, 42], [0x4c], [0x1a, 3], "bob");

  it("does not reach the fields around it", () => {
    const data = bytes([0x12, user.length], user, [0x72, 2], "pt");
    const message = decodeProtobuf("WebcastChatMessage", data);
    expect(message).toMatchObject({ content: "", contentLanguage: "pt", user: { id: "42", nickname: "" } });
  });

  it("is not read on beyond the end of packed numbers", () => {
    const data = bytes([0x12, 2, 7, 0x80], [0x1a, 1, 5]);
    expect(() => decodeProtobuf("WebcastImDeleteMessage", data)).toThrow("data cannot be decoded as protobuf");
  });

  it("is not read on beyond its end for a flag that was cut off", () => {
    const data = bytes([0x92, 1, 1, 0x28], [0x1a, 2], "hi");
    expect(() => decodeProtobuf("WebcastChatMessage", data)).toThrow("data cannot be decoded as protobuf");
  });

  it("leaves the text that follows", () => {
    const data = bytes([0x12, user.length], user, [0x1a, 2], "hi");
    expect(decodeProtobuf("WebcastChatMessage", data)).toMatchObject({ content: "hi", user: { id: "42" } });
  });
});
