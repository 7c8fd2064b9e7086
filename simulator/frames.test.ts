import { gunzipSync } from "node:zlib";
import { ProtoMessageFetchResult, WebcastControlMessage, WebcastPushFrame } from "tiktok-live-proto/v3";
import { describe, expect, it } from "vitest";
import { brokenFrame, commonOf, fetchResult, frame, readClientFrame, seal } from "./frames.ts";
import { control } from "./room-messages.ts";

const at = 1_760_000_000_123;
const draft = control("pause");
const message = seal(draft, commonOf(draft, { msgId: "7559142440000000001", roomId: "7559142440000000002", at }));

describe("seal", () => {
  it("gives the message its id, room and time", () => {
    expect(WebcastControlMessage.decode(message.payload)).toMatchObject({
      action: 1,
      common: {
        method: "WebcastControlMessage",
        msgId: "7559142440000000001",
        roomId: "7559142440000000002",
        createTime: String(at),
      },
    });
  });

  it("puts the same id on the outside", () => expect(message.msgId).toBe("7559142440000000001"));
});

describe("fetchResult", () => {
  it("carries a cursor, without which the connector gives up", () => {
    expect(ProtoMessageFetchResult.decode(fetchResult([], { at })).cursor).not.toBe("");
  });

  it("names the socket and its parameters only to the signer's callers", () => {
    const answer = ProtoMessageFetchResult.decode(fetchResult([], { at, pushServer: "ws://127.0.0.1:1/" }));
    expect(answer).toMatchObject({
      pushServer: "ws://127.0.0.1:1/",
      isFirst: true,
      routeParams: { wrss: "simulated" },
    });
    expect(ProtoMessageFetchResult.decode(fetchResult([], { at }))).toMatchObject({ pushServer: "", routeParams: {} });
  });
});

describe("frame", () => {
  const { payload, ...envelope } = WebcastPushFrame.decode(frame([message], "42", at).bytes);
  const result = ProtoMessageFetchResult.decode(gunzipSync(payload));

  it("is a gzipped push frame with the given log id", () => {
    expect(envelope).toMatchObject({ payloadType: "msg", payloadEncoding: "pb", logId: "42" });
  });

  it("asks for an ack and says what to send back", () => {
    expect(result.needAck).toBe(true);
    expect(result.internalExt).toContain(`fetch_time:${at}`);
  });

  it("carries the payload unchanged", () => {
    expect(result.messages).toHaveLength(1);
    expect(result.messages[0]).toMatchObject({ method: message.method, msgId: message.msgId, isHistory: false });
    expect(Buffer.from(result.messages[0]?.payload ?? []).equals(message.payload)).toBe(true);
  });
});

it("breaks a frame beyond unzipping, but not beyond recognition", () => {
  const { payload } = WebcastPushFrame.decode(brokenFrame("42", at).bytes);
  expect([...payload.subarray(0, 3)]).toEqual([31, 139, 8]);
  expect(() => gunzipSync(payload)).toThrow();
});

describe("readClientFrame", () => {
  it("reads type and log id", () => {
    expect(readClientFrame(frame([], "42", at).bytes)).toMatchObject({ type: "msg", logId: "42" });
  });

  it("is undefined for what is no frame", () => {
    expect(readClientFrame(Buffer.from([0xff, 0xff, 0xff]))).toBeUndefined();
  });
});
