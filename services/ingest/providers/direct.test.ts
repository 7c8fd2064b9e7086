import { expect, it, vi } from "vitest";
import { openRoom } from "../../../test/support/tiktok-client.ts";
import { waitFor } from "../../../test/support/wait-for.ts";
import { Belief } from "../liveness.ts";
import { openDirect } from "./direct.ts";

it.each([
  ["123", "INVALID_ROOM_ID"],
  ["room7", "CONNECT_FAILED"],
])("leaves no socket behind when the room is called %s", async (streamId, code) => {
  const { tiktok, room } = await openRoom();
  Object.assign(room, { roomId: streamId });
  vi.spyOn(tiktok, "roomById").mockReturnValue(room);
  const opened = openDirect({
    provider: "direct",
    uniqueId: "demo",
    endpoints: tiktok.endpoints,
    streamId,
    belief: new Belief(),
    listener: { onMessage() {}, onTrouble() {} },
    signal: new AbortController().signal,
  });
  await expect(opened).rejects.toMatchObject({ code });
  await waitFor(() => expect(room.wire.clients).toBe(0));
});
