import { describe, expect, it } from "vitest";
import { fromFact, fromMessage, isPublishable, type Origin, type SourceMessage } from "./raw-message.ts";

const receivedAt = new Date("2026-03-01T12:00:00.000Z");
const origin: Origin = {
  streamId: "7300",
  sessionId: "00000000-0000-4000-8000-000000000001",
  provider: "direct",
  connectedAt: receivedAt,
};

/** A payload whose common says createTime; field 1 { field 1: "M", field 4: varint }. */
function payload(createTime: number): Buffer {
  const varint: number[] = [];
  for (let rest = BigInt(createTime); ; rest >>= 7n) {
    if (rest < 128n) {
      varint.push(Number(rest));
      break;
    }
    varint.push(Number(rest & 127n) | 128);
  }
  return Buffer.from([0x0a, varint.length + 4, 0x0a, 0x01, 0x4d, 0x20, ...varint]);
}

const message = (over: Partial<SourceMessage> = {}): SourceMessage => ({
  method: "WebcastChatMessage",
  msgId: "42",
  isHistory: false,
  payload: payload(receivedAt.getTime()),
  receivedAt,
  ...over,
});

describe("fromMessage", () => {
  it("keeps the original bytes and is the same message by type and id", () => {
    const { entry, key, windowMs } = fromMessage(message(), origin);
    expect(Buffer.from(entry.data as string, "base64")).toEqual(message().payload);
    expect(entry).toMatchObject({ msgId: "42", encoding: "base64", isHistory: false, source: "live" });
    expect([key, windowMs]).toEqual(["WebcastChatMessage|42", 0]);
  });

  it.each(["", "0"])("knows a message with id %j by its bytes, for a minute", (msgId) => {
    const { entry, key, windowMs } = fromMessage(message({ msgId }), origin);
    expect(entry.msgId).toBeUndefined();
    expect(key).toMatch(/^WebcastChatMessage\|h:[0-9a-f]{64}$/);
    expect(windowMs).toBe(60_000);
  });

  it.each([
    ["TikTok's createTime", receivedAt.getTime() - 1_000, "2026-03-01T11:59:59.000Z"],
    ["when it was received, if createTime is 0", 0, "2026-03-01T12:00:00.000Z"],
    ["when it was received, if createTime is before 2016", Date.UTC(2015, 11, 31), "2026-03-01T12:00:00.000Z"],
    [
      "when it was received, if createTime is far ahead",
      receivedAt.getTime() + 2 * 86_400_000,
      "2026-03-01T12:00:00.000Z",
    ],
  ])("happened at %s", (_name, createTime, expected) => {
    expect(fromMessage(message({ payload: payload(createTime) }), origin).entry.timestamp).toBe(expected);
  });

  it.each([
    [true, "TikTok says so", { isHistory: true }],
    [true, "it is older than the connection", { payload: payload(receivedAt.getTime() - 6_000) }],
    [false, "it came with the connection", { payload: payload(receivedAt.getTime() - 4_000) }],
    [false, "its time is not known", { payload: payload(0) }],
  ])("is history: %s, when %s", (expected, _name, over) => {
    expect(fromMessage(message(over), origin).entry.isHistory).toBe(expected);
  });

  it("publishes what is over the size cap without data and without encoding", () => {
    const { entry } = fromMessage(message({ payload: Buffer.alloc(256 * 1024 + 1) }), origin);
    expect(entry.data).toBe("");
    expect(entry.encoding).toBeUndefined();
  });
});

it("gives a fact of our own the id it was made with", () => {
  const { entry, key } = fromFact("ttlc.Gap", { why: "disconnected" }, receivedAt, "an-id", origin);
  expect(entry).toMatchObject({ type: "ttlc.Gap", msgId: "an-id", encoding: "json", data: '{"why":"disconnected"}' });
  expect(key).toBe("ttlc.Gap|an-id");
});

it.each([
  ["WebcastChatMessage", true],
  ["", false],
  ["Webcast:Chat", false],
  ["x".repeat(129), false],
])("%j can be the type of a raw entry: %s", (method, expected) => {
  expect(isPublishable(method)).toBe(expected);
});
