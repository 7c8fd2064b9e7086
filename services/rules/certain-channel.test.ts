import { expect, it } from "vitest";
import { StreamChannels } from "../../lib/stream-channels.ts";
import { makeEvent } from "../../test/fixtures/events.ts";
import { certainChannel } from "./certain-channel.ts";

/** Storage that has come one entry further, and knows one channel more, each time it is asked. */
function storageThatKnows(...channels: (string | null)[]) {
  let asked = 0;
  return {
    boundary: async () => `${++asked}-0`,
    belongs: async () => ({ channelId: channels[asked - 1] ?? null }),
    timesAsked: () => asked,
  };
}

it("waits for what storage does not have yet, as CONNECTED may have gone to another process", async () => {
  const storage = storageThatKnows(null, null, "c1");
  expect(await certainChannel(new StreamChannels(), "s1", "9-0", storage)).toBe("c1");
});

it("knows that a stream has none once storage has all there was", async () => {
  const storage = storageThatKnows(null, null, null);
  expect(await certainChannel(new StreamChannels(), "s1", "2-0", storage)).toBeNull();
  expect(storage.timesAsked()).toBe(2);
});

it("asks once, and not for what it heard", async () => {
  const channels = new StreamChannels();
  const storage = storageThatKnows("c1");
  for (const _ of [1, 2]) expect(await certainChannel(channels, "s1", "9-0", storage)).toBe("c1");
  expect(storage.timesAsked()).toBe(1);
  channels.hear(makeEvent("CONNECTED", { streamId: "s2", payload: { channelId: "c2" } }));
  expect(await certainChannel(channels, "s2", "9-0", storage)).toBe("c2");
  expect(storage.timesAsked()).toBe(1);
});
