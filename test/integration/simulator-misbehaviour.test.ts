import { createConnection } from "node:net";
import { text } from "node:stream/consumers";
import { SignatureRateLimitError, UserOfflineError, WebcastEvent } from "tiktok-live-connector";
import { describe, expect, it } from "vitest";
import { codecs } from "../../simulator/frames.ts";
import { misbehave } from "../../simulator/misbehave.ts";
import { chat } from "../../simulator/person-messages.ts";
import type { SimulatedRoom } from "../../simulator/room.ts";
import { connect, createClient, idsOf, openRoom } from "../support/tiktok-client.ts";
import { waitFor } from "../support/wait-for.ts";

const say = (room: SimulatedRoom, content: string) => room.say(chat(room.host, { content }));

describe("misbehaviour", () => {
  it.each([
    { fault: "close", code: 1000 },
    { fault: "close", code: 4500 },
    { fault: "reset", code: 1006 },
  ] as const)("$fault: the client sees $code and can come back", async ({ fault, code }) => {
    const { room, connection, closeCodes } = await connect();
    misbehave(room, fault, { code });
    await waitFor(() => expect(closeCodes).toEqual([code]));
    await connection.connect();
    expect(connection.isConnected).toBe(true);
  });

  it("stall: connected, but silent until the client connects anew", async () => {
    const { room, connection, seen, closeCodes } = await connect();
    misbehave(room, "stall");
    say(room, "lost");
    await connection.disconnect();
    await connection.connect();
    await waitFor(() => expect(room.wire.hasAudience).toBe(true));
    say(room, "heard");
    await waitFor(() => expect(seen).toHaveLength(1));
    expect(seen[0]?.decodedData).toMatchObject({ data: { content: "heard" } });
    expect(closeCodes).toEqual([1005]);
    expect(room.sent).toMatchObject({ total: 1, missed: 1 });
  });

  it("refuseSigning: status and Retry-After, as often as asked", async () => {
    const { tiktok, room } = await openRoom();
    misbehave(room, "refuseSigning", { retryAfterSec: 33, count: 2 });
    const sign = () => fetch(`${tiktok.url}/webcast/rooms/${room.roomId}/connect`);
    for (let i = 0; i < 2; i++) {
      const { status, headers } = await sign();
      expect([status, headers.get("retry-after")]).toEqual([429, "33"]);
    }
    expect((await sign()).status).toBe(200);
  });

  it.each([
    { status: 402, message: "Premium Feature" },
    { status: 500, message: "Unexpected sign server status 500" },
  ])("refuseSigning: the connector names a $status", async ({ status, message }) => {
    const { tiktok, room } = await openRoom();
    misbehave(room, "refuseSigning", { status });
    const { connection } = createClient(tiktok);
    await expect(connection.connect()).rejects.toThrow(message);
    await connection.connect();
    expect(connection.isConnected).toBe(true);
  });

  it("refuseSigning: a 429 trips over the connector's own defect, which ingest works round", async () => {
    const { tiktok, room } = await openRoom();
    misbehave(room, "refuseSigning");
    const error = await createClient(tiktok)
      .connection.connect()
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TypeError);
    expect(error).not.toBeInstanceOf(SignatureRateLimitError);
  });

  it("hangSigning: never answers", async () => {
    const { tiktok, room } = await openRoom();
    misbehave(room, "hangSigning");
    const signal = AbortSignal.timeout(300);
    const answer = fetch(`${tiktok.url}/webcast/rooms/${room.roomId}/connect`, { signal });
    await expect(answer).rejects.toThrow("timeout");
  });

  it("refuseUpgrade: the socket never opens", async () => {
    const { tiktok, room } = await openRoom();
    misbehave(room, "refuseUpgrade", { status: 403 });
    const { connection } = createClient(tiktok);
    await expect(connection.connect()).rejects.toThrow("403");
    await connection.connect();
    expect(connection.isConnected).toBe(true);
  });

  it("goOffline: the pages say so, and goOnline takes it back", async () => {
    const { tiktok, room } = await openRoom();
    const { connection } = createClient(tiktok);
    misbehave(room, "goOffline");
    await expect(connection.connect()).rejects.toThrow(UserOfflineError);
    misbehave(room, "goOnline");
    await connection.connect();
    expect(connection.isConnected).toBe(true);
  });

  it("resendHistory: a reconnect begins with the last messages again, marked as history", async () => {
    const { room, connection, closeCodes } = await connect();
    for (const content of ["one", "two", "three"]) say(room, content);
    await waitFor(() => expect(room.sent.acked).toBe(3));
    misbehave(room, "resendHistory", { count: 2 });
    misbehave(room, "close");
    await waitFor(() => expect(closeCodes).toEqual([1000]));
    const again: unknown[] = [];
    connection.on(WebcastEvent.CHAT, ({ common, content }) => void again.push([common?.msgId, content]));
    await connection.connect();
    const sent = idsOf(room.sent.messages);
    expect(again).toEqual([
      [sent[1], "two"],
      [sent[2], "three"],
    ]);
    expect(sent.slice(3)).toEqual(sent.slice(1, 3));
    expect(room.sent.messages.slice(3)).toEqual([
      expect.objectContaining({ isHistory: true, isRepeat: true }),
      expect.objectContaining({ isHistory: true, isRepeat: true }),
    ]);
    expect(room.sent).toMatchObject({ total: 5, repeats: 2 });
  });

  it("repeatFrames: the next frames come twice", async () => {
    const { room, seen } = await connect();
    misbehave(room, "repeatFrames", { count: 1 });
    say(room, "one");
    say(room, "two");
    await waitFor(() => expect(seen).toHaveLength(3));
    expect(new Set(idsOf(seen)).size).toBe(2);
    expect(room.sent).toMatchObject({ total: 3, repeats: 1 });
  });

  it("reverseFrames: the next frames come last first", async () => {
    const { room, seen } = await connect();
    misbehave(room, "reverseFrames", { count: 3 });
    const logged = ["one", "two", "three"].map((content) => {
      const message = room.message(chat(room.host, { content }));
      room.send([message]);
      return message.msgId;
    });
    await waitFor(() => expect(seen).toHaveLength(3));
    expect(idsOf(room.sent.messages)).toEqual(logged.reverse());
  });

  it("unknownTypes: seen on the socket, undecoded and without error", async () => {
    const { room, seen } = await connect();
    misbehave(room, "unknownTypes", { count: 2 });
    await waitFor(() => expect(seen).toHaveLength(2));
    for (const { method, decodedData, decodeError } of seen) {
      expect(Object.keys(codecs)).not.toContain(method);
      expect([decodedData, decodeError]).toEqual([undefined, undefined]);
    }
  });

  it("corruptPayloads: known types that no decoder takes", async () => {
    const { room, seen } = await connect();
    misbehave(room, "corruptPayloads", { count: Object.keys(codecs).length });
    await waitFor(() => expect(seen).toHaveLength(Object.keys(codecs).length));
    expect(new Set(seen.map(({ method }) => method))).toEqual(new Set(Object.keys(codecs)));
    for (const { decodeError } of seen) expect(decodeError).toBeInstanceOf(Error);
  });

  it("corruptGzip: one error, and the next frame is fine", async () => {
    const { room, seen, errors } = await connect();
    misbehave(room, "corruptGzip");
    say(room, "fine");
    await waitFor(() => expect(seen).toHaveLength(1));
    await waitFor(() => expect(errors).toHaveLength(1));
  });

  it("oversize: a message as large as asked", async () => {
    const { room, seen } = await connect();
    misbehave(room, "oversize", { bytes: 3_000_000 });
    await waitFor(() => expect(seen).toHaveLength(1));
    expect(seen[0]?.payload.length).toBeGreaterThan(3_000_000);
  });

  it.each([
    { fault: "end", action: 3 },
    { fault: "suspend", action: 4 },
  ] as const)("$fault: the client hangs up, and the room is over", async ({ fault, action }) => {
    const { tiktok, room, connection, closeCodes } = await connect();
    const actions: unknown[] = [];
    connection.on(WebcastEvent.STREAM_END, ({ action }) => void actions.push(action));
    misbehave(room, fault);
    await waitFor(() => expect(closeCodes).toEqual([1005]));
    expect(actions).toEqual([action]);
    await expect(connection.connect()).rejects.toThrow(UserOfflineError);
    const next = tiktok.openRoom({ uniqueId: "demo" });
    await connection.connect();
    expect(connection.roomId).toBe(next.roomId);
  });

  it("pause and resume: told so, and nothing in between", async () => {
    const { room, seen } = await connect({ rate: 500 });
    await waitFor(() => expect(seen.length).toBeGreaterThan(10));
    misbehave(room, "pause");
    const total = room.sent.total;
    await waitFor(() => expect(seen).toHaveLength(total));
    misbehave(room, "resume");
    await waitFor(() => expect(seen.length).toBeGreaterThan(total + 10));
    const types = room.sent.messages.map(({ type }) => type);
    expect(types.flatMap((type, i) => (type === "WebcastControlMessage" ? [i] : []))).toEqual([total - 1, total]);
    const controls = seen.filter(({ method }) => method === "WebcastControlMessage");
    expect(controls.map(({ decodedData }) => decodedData)).toMatchObject([
      { data: { action: 1 } },
      { data: { action: 2 } },
    ]);
  });

  it("loseStreakEnds: as many streaks as asked never end", async () => {
    const { room } = await connect({ rate: 1_000 });
    misbehave(room, "loseStreakEnds", { count: 2 });
    await waitFor(() => expect(room.sent.missed).toBe(2));
  });

  it("is not caused by a client that talks nonsense", async () => {
    const { tiktok, room } = await openRoom();
    const path = `/webcast/im/ws_proxy/ws_reuse_supplement/?room_id=${room.roomId}`;
    const socket = new WebSocket(`${tiktok.url.replace("http", "ws")}${path}`);
    await new Promise((resolve) => socket.addEventListener("open", resolve));
    const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener("close", resolve));
    socket.send("nonsense");
    expect((await closed).code).toBe(1007);
  });

  it.each(["//", "/", "/webcast/im/ws_proxy/ws_reuse_supplement/?room_id=1"])(
    "answers 404 to an upgrade of %s",
    async (path) => {
      const { tiktok } = await openRoom();
      const socket = createConnection(Number(new URL(tiktok.url).port), "127.0.0.1");
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
      expect(await text(socket)).toMatch(/^HTTP\/1\.1 404 /);
    },
  );
});
