import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { RawEnvelope } from "../../contracts/raw-envelope.ts";
import { parseJson } from "../../lib/json.ts";
import { describeRecorded, eulerMessages, recordedRows } from "../../test/support/recording.ts";
import { normalize } from "./normalize.ts";
import { eventOf, now, rawOf, refusalOf } from "./testing.ts";

/** Types that are read in different ways: into a payload, passed through decoded, passed through unknown. */
const types = ["WebcastChatMessage", "WebcastRoomNotifyMessage", "WebcastNovelMessage"];
const json = (type: string, data: string) => rawOf(type, data, { encoding: "json" });
const binary = (type: string, bytes: Uint8Array) =>
  rawOf(type, Buffer.from(bytes).toString("base64"), { encoding: "base64" });

describe.each(types)("JSON of %s", (type) => {
  it.each([
    { what: "no JSON", data: "{not json", reason: "PARSE_ERROR" },
    { what: "two values", data: "{}{}", reason: "PARSE_ERROR" },
    { what: "a NUL that is not escaped", data: '{"content":"a\0b"}', reason: "PARSE_ERROR" },
    { what: "a number beyond a double", data: '{"n":1e200000}', reason: "PARSE_ERROR" },
    { what: "5,000 arrays", data: "[".repeat(5_000) + "]".repeat(5_000), reason: "PARSE_ERROR" },
    { what: "2,000,000 arrays", data: "[".repeat(2_000_000) + "]".repeat(2_000_000), reason: "PARSE_ERROR" },
    { what: "5,000 objects", data: `${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`, reason: "PARSE_ERROR" },
    { what: "null", data: "null", reason: "SCHEMA_ERROR" },
    { what: "a text", data: '"str"', reason: "SCHEMA_ERROR" },
    { what: "a number", data: "5", reason: "SCHEMA_ERROR" },
    { what: "true", data: "true", reason: "SCHEMA_ERROR" },
    { what: "a list", data: "[]", reason: "SCHEMA_ERROR" },
  ])("is refused for $what", ({ data, reason }) => expect(refusalOf(json(type, data))?.reason).toBe(reason));

  it.each([
    { what: "an escaped NUL", data: '{"content":"a\\u0000b","common":{"a\\u0000":"\\u0000"}}' },
    { what: "half a surrogate pair", data: '{"content":"\\ud800","\\udc00":"\\udfff\\ud800"}' },
    { what: "a key __proto__", data: '{"__proto__":{"admin":true},"user":{"__proto__":{"id":"1"}}}' },
    { what: "a key constructor", data: '{"constructor":{"prototype":{"admin":true}}}' },
    { what: "the same key twice", data: '{"content":"a","content":"b"}' },
    { what: "10 MiB of text", data: `{"content":"${"a".repeat(10_485_760 - 14)}"}` },
    { what: "a method where a value is expected", data: '{"content":"a","user":{"toString":1,"valueOf":null}}' },
  ])("is accepted with $what, and harmless", ({ data }) => {
    const text = JSON.stringify(normalize(json(type, data), now).event);
    expect(text).not.toMatch(/\\u0000|\\ud[89a-f]|__proto__/i);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });
});

describe("values that are easily changed on the way", () => {
  it("are 64-bit integers in JSON", () => {
    const { event } = normalize(json("WebcastChatMessage", '{"user":{"userId":7301234567890123456}}'), now);
    expect(event.user?.userId).toBe("7301234567890123456");
    expect(normalize(json("novel", '{"n":7301234567890123456}'), now).event.payload).toMatchObject({
      data: { n: "7301234567890123456" },
    });
  });

  it("are keys that come twice: the last one counts", () => {
    expect(normalize(json("WebcastChatMessage", '{"content":"a","content":"b"}'), now).event.payload).toEqual({
      message: "b",
    });
  });

  it.each(["\u202egnp.exe", "../../etc/passwd", "<img src=x onerror=alert(1)>", "=cmd()"])(
    "are names: %s",
    (nickname) => {
      const event = eventOf("WebcastChatMessage", { user: { id: "1", displayId: nickname, nickname } });
      expect(event.user).toMatchObject({ uniqueId: nickname, displayName: nickname });
    },
  );

  it("are long names, cut at 512 characters", () => {
    const event = eventOf("WebcastChatMessage", { user: { id: "1", nickname: "x".repeat(100_000) } });
    expect(event.user?.displayName).toHaveLength(512);
  });
});

describe("depth", () => {
  const nested = (depth: number) => `{"a":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;

  it("is what readers of events accept, also of a message passed through", () => {
    const text = JSON.stringify(normalize(json("novel", nested(62)), now).event);
    expect(() => parseJson(text)).not.toThrow();
    expect(refusalOf(json("novel", nested(63)))?.reason).toBe("PARSE_ERROR");
  });

  it("is not the business of fields that nobody reads", () => {
    expect(refusalOf(json("WebcastChatMessage", nested(64)))).toBeUndefined();
    expect(refusalOf(json("WebcastChatMessage", nested(65)))?.reason).toBe("PARSE_ERROR");
  });

  it("is limited in protobuf as well", () => {
    let user = Buffer.from([0x08, 1]);
    for (let depth = 0; depth < 1_000; depth++) user = field([0xea, 2], user); // topFans
    expect(refusalOf(binary("WebcastRoomPinMessage", field([0x82, 2], user)))?.reason).toBe("PARSE_ERROR");
    expect(refusalOf(binary("WebcastChatMessage", field([0x12], user)))).toBeUndefined();
  });

  it("may exhaust the decoder, which is a dead letter and no crash", () => {
    const head = (length: number) => [0xea, 2, ...varint(length)];
    const heads: number[][] = [];
    for (let depth = 0, length = 0; depth < 60_000; depth++) {
      heads.push(head(length));
      length += head(length).length;
    }
    const user = Buffer.from(heads.reverse().flat());
    expect(refusalOf(binary("WebcastChatMessage", field([0x12], user)))?.reason).toBe("PARSE_ERROR");
  });
});

/** A length-delimited field. */
function field(tag: number[], content: Uint8Array): Buffer<ArrayBuffer> {
  return Buffer.concat([Buffer.from([...tag, ...varint(content.length)]), content]);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)];
}

describe("protobuf", () => {
  const chat = Buffer.from("0a16120a576562636173744368617422080a0668656c6c6f", "hex");

  it.each([
    { what: "a varint of 11 bytes", bytes: Buffer.from([0x08, ...Array(10).fill(0xff), 0x01]) },
    {
      what: "20 bytes that announce 4 GiB",
      bytes: Buffer.concat([Buffer.from([0x0a, 0x80, 0x80, 0x80, 0x80, 0x10]), Buffer.alloc(14)]),
    },
    { what: "a frame that is cut off", bytes: chat.subarray(0, -3) },
    { what: "gzip in gzip in gzip", bytes: gzipSync(gzipSync(gzipSync('{"content":"hi"}'))) },
    { what: "text", bytes: Buffer.from("not protobuf at all") },
    { what: "zeros", bytes: Buffer.alloc(64) },
  ])("is refused for $what", ({ bytes }) => {
    expect(refusalOf(binary("WebcastChatMessage", bytes))?.reason).toBe("PARSE_ERROR");
    expect(refusalOf(binary("WebcastRoomNotifyMessage", bytes))?.reason).toBe("PARSE_ERROR");
  });

  it("of an unknown type is never looked into", () => {
    expect(refusalOf(binary("WebcastNovelMessage", Buffer.alloc(64)))).toBeUndefined();
  });

  it.each([
    { type: "WebcastChatMessage", tag: [0xe2, 1] },
    { type: "WebcastRoomUserSeqMessage", tag: [0x12] },
    { type: "WebcastCaptionMessage", tag: [0x22] },
  ])("of $type may hold 256 KiB of empty messages and does not swell", ({ type, tag }) => {
    const bytes = Buffer.from(Array.from({ length: 262_144 / (tag.length + 1) }, () => [...tag, 0]).flat());
    expect(JSON.stringify(normalize(binary(type, bytes), now).event).length).toBeLessThan(4 * bytes.length);
  });
});

/** A seeded generator (mulberry32): the same faults each time. */
function random(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** The event, if there is one, is valid JSON that a reader of `ttlc:events` takes; anything but a refusal is thrown. */
function survives(raw: RawEnvelope): void {
  if (refusalOf(raw) !== undefined) return;
  const text = JSON.stringify(normalize(raw, now).event);
  expect(() => parseJson(text)).not.toThrow();
  expect(text.isWellFormed()).toBe(true);
}

describeRecorded("recorded messages that were damaged", () => {
  it("become an event or a dead letter when bytes change", () => {
    const next = random(1);
    for (const { type, payload } of recordedRows()) {
      const bytes = Buffer.from(payload, "base64");
      for (let faults = 0; faults < 5; faults++) {
        bytes[next(bytes.length)] = next(256);
        survives(binary(type, bytes));
        survives(binary(type, bytes.subarray(0, next(bytes.length))));
      }
    }
  });

  it("become an event or a dead letter when JSON values change", () => {
    const damaged = damager(2);
    for (const { type, data } of eulerMessages()) {
      for (let round = 0; round < 20; round++) survives(rawOf(type, damaged(data) as object));
    }
  });
});

describe("messages of the room's actor that were damaged", () => {
  const channelId = "0b8f6c1e-7d1a-4c0e-9f3b-2a6f0e5d4c3b";
  const at = "2026-11-20T05:00:00.000Z";
  const owner = { userId: "42", uniqueId: "alice", displayName: "Alice" };
  const streakId = "0".repeat(64);

  it.each([
    ["ControlEvent.CONNECTED", { provider: "direct", channelId, uniqueId: "alice", owner, title: "Sunday" }],
    ["ControlEvent.DISCONNECTED", { code: 1006, reason: "the stream ended" }],
    ["ControlEvent.ERROR", { code: "SIGN_LIMITED", message: "the signer limits us" }],
    ["ttlc.Gap", { from: at, to: at, why: "disconnected", seqNoBefore: 1, seqNoAfter: 2 }],
    ["ttlc.SourceSwitched", { from: "direct", to: "euler", why: "rate limited" }],
    [
      "ttlc.GiftStreakClosed",
      { streakId, giftId: "1", giftCount: 2, diamondCount: 3, closedBy: "timeout", user: owner },
    ],
  ])("become an event or a dead letter: %s", (type, data) => {
    expect(refusalOf(rawOf(type, data))).toBeUndefined();
    const damaged = damager(3);
    for (let round = 0; round < 200; round++) survives(rawOf(type, damaged(data) as object));
  });
});

/** Copies of a JSON value in which some parts are of another kind. */
function damager(seed: number) {
  const next = random(seed);
  const odd: unknown[] = [
    null,
    -1,
    1.5,
    1e308,
    "",
    "0",
    "\0",
    [],
    {},
    [[]],
    true,
    "9".repeat(40),
    { toString: 1 },
    [null],
    -0,
  ];
  return function damaged(value: unknown): unknown {
    if (next(8) === 0) return odd[next(odd.length)];
    if (Array.isArray(value)) return value.map(damaged);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, damaged(field)]));
  };
}
