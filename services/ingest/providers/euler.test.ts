import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { WebSocketServer } from "ws";
import { RoomSources } from "../room-sources.ts";
import { openEuler } from "./euler.ts";

/** Room of @alice as this Euler gives it; `heard` are the types that were handed on. */
async function room(frames: object[]) {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  onTestFinished(() => void server.close());
  server.on("connection", (socket) => {
    for (const frame of frames) socket.send(JSON.stringify(frame));
  });
  await once(server, "listening");
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const look = async () => "unknown" as const;
  const sources = new RoomSources({
    uniqueId: "alice",
    primary: { provider: "euler", open: (given) => openEuler({ ...given, url, apiKey: "key", look }) },
    stallMs: 45_000,
    look,
  });
  const heard: string[] = [];
  const listener = { onMessage: ({ method }: { method: string }) => void heard.push(method), onTrouble() {} };
  return { heard, opened: sources.open(undefined, listener, new AbortController().signal) };
}

const workerInfo = { type: "workerInfo", data: { agentId: "test" } };
const offline = { type: "roomInfo", data: { roomInfo: { id: "7300000000000000001", isLive: false } } };
const chat = { type: "WebcastChatMessage", data: { common: { roomId: "7300000000000000001", msgId: "1" } } };

it.each([
  ["in one frame", [{ messages: [workerInfo, offline, chat] }]],
  ["one by one", [workerInfo, offline, chat]],
])("believes Euler that nobody is live, whatever else it says %s", async (_, frames) => {
  const { heard, opened } = await room(frames);
  await expect(opened).rejects.toMatchObject({ code: "OFFLINE" });
  expect(heard).toEqual(["workerInfo"]);
});
