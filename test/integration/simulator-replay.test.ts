import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Draft } from "../../simulator/frames.ts";
import { chat } from "../../simulator/person-messages.ts";
import { parseRecording, replay } from "../../simulator/replay.ts";
import type { SimulatedRoom } from "../../simulator/room.ts";
import { control } from "../../simulator/room-messages.ts";
import { connect, createClient, idsOf, keepConnected, openRoom, type Seen } from "../support/tiktok-client.ts";
import { waitFor } from "../support/wait-for.ts";

const row = (room: SimulatedRoom, draft: Draft) => {
  const { method, payload } = room.message(draft);
  return { type: method, payload: payload.toString("base64") };
};
const recorded = (room: SimulatedRoom, count: number) =>
  Array.from({ length: count }, (_, i) => row(room, chat(room.host, { content: `line ${i}` })));
const ending = (room: SimulatedRoom) => row(room, control("end"));

const asSent = (rows: readonly { type: string; payload: string }[]) => rows.map(({ type, payload }) => [type, payload]);
const asSeen = (seen: readonly Seen[]) =>
  seen.map(({ method, payload }) => [method, Buffer.from(payload).toString("base64")]);

describe("replay", () => {
  it("waits for a client, then delivers every row as recorded", async () => {
    const { tiktok, room } = await openRoom();
    const rows = recorded(room, 12);
    const played = replay(room, rows);
    const { connection, seen } = createClient(tiktok);
    await connection.connect();
    expect(await played).toEqual({ rows: 12, frames: 3, resentFrames: 0 });
    expect(asSeen(seen)).toEqual(asSent(rows));
  });

  it("goes on after the disconnect that a control message causes, losing and doubling nothing", async () => {
    const client = await connect();
    const { room, seen, closeCodes } = client;
    const rows = [...recorded(room, 7), ending(room), ...recorded(room, 3), ending(room), ...recorded(room, 3)];
    keepConnected(client);
    expect(await replay(room, rows, { rate: Number.POSITIVE_INFINITY })).toMatchObject({ rows: 15, resentFrames: 0 });
    expect(asSeen(seen)).toEqual(asSent(rows));
    expect(closeCodes).toEqual([1005, 1005]);
    expect(room.isLive).toBe(true);
  });

  it("sends nothing more to a client that has yet to hang up", async () => {
    const client = await connect();
    const { room, connection } = client;
    const disconnect = connection.disconnect.bind(connection);
    const sentBefore: number[] = [];
    connection.disconnect = async () => {
      await sleep(200); // a client that takes its time; the replay's patience is a second
      sentBefore.push(room.sent.total);
      await disconnect();
    };
    keepConnected(client);
    const rows = [...recorded(room, 7), ending(room), ...recorded(room, 3)];
    await replay(room, rows, { rate: Number.POSITIVE_INFINITY });
    expect(sentBefore).toEqual([8]);
  });

  it("sends again what a client did not acknowledge before it was cut off", async () => {
    const client = await connect();
    const { room, connection, seen, closeCodes } = client;
    const rows = recorded(room, 10);
    connection.wsClient?.pause(); // connected, and reading nothing
    const played = replay(room, rows);
    await waitFor(() => expect(room.sent.total).toBe(5));
    keepConnected(client);
    room.wire.reset();
    connection.wsClient?.resume();
    expect(await played).toEqual({ rows: 10, frames: 2, resentFrames: 1 });
    expect(closeCodes).toEqual([1006]);
    expect(asSeen(seen)).toEqual(asSent(rows));
  });

  it("goes round again under new ids", async () => {
    const { room, seen } = await connect();
    const rows = recorded(room, 4);
    await replay(room, rows, { rounds: 3 });
    expect(seen).toHaveLength(12);
    expect(new Set(idsOf(seen)).size).toBe(12);
  });

  it("ends with the room", async () => {
    const { room } = await openRoom();
    const played = replay(room, recorded(room, 1));
    room.stop();
    await expect(played).rejects.toThrow("aborted");
  });

  const file = "../shared/fixtures/webcast-2023.small.jsonl";
  it.skipIf(!existsSync(file) && !process.env.CI)(`delivers all of ${file}, byte for byte`, async () => {
    const rows = parseRecording(readFileSync(file, "utf8"));
    const client = await connect();
    const { room, seen, errors } = client;
    keepConnected(client);
    const result = await replay(room, rows, { rate: 2_000 });
    expect(result).toMatchObject({ rows: rows.length, resentFrames: 0 });
    expect(asSeen(seen)).toEqual(asSent(rows));
    expect(new Set(seen.map(({ method, msgId }) => `${method} ${msgId}`)).size).toBe(546);
    for (const { msgId, decodedData } of seen) {
      if (decodedData) expect(decodedData).toMatchObject({ data: { common: { msgId } } });
    }
    expect(seen.filter(({ decodeError }) => decodeError)).toEqual([]);
    expect(errors).toEqual([]);
  });
});
