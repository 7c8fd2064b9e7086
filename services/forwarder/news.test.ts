import { expect, it } from "vitest";
import { StreamChannels } from "../../lib/stream-channels.ts";
import { makeEvent } from "../../test/fixtures/events.ts";
import { News } from "./news.ts";
import { newsOf } from "./news-of.ts";

const entry = (id: string, streamId: string) => ({ id, message: { event: makeEvent("CHAT", { streamId }) } });

it("news of a channel are the newest of all its streams; of a stream that nobody knows there are none", async () => {
  const connected = makeEvent("CONNECTED", { streamId: "s1", payload: { channelId: "c1" } });
  const entries = [
    { id: "1-0", message: { event: connected } },
    ...[entry("2-0", "s2"), entry("3-0", "s3"), entry("4-0", "s1"), entry("5-0", "s2"), entry("6-0", "s4")],
  ];
  const asked: string[] = [];
  const belongs = async (streamId: string) => {
    asked.push(streamId);
    return streamId === "s4" ? null : { channelId: streamId === "s2" ? "c1" : "c3" };
  };
  const channels = new StreamChannels();
  expect(await newsOf(entries, channels, belongs)).toEqual({ c1: "5-0", c3: "3-0" });
  expect(await newsOf([entry("7-0", "s1"), entry("8-0", "s2")], channels, belongs)).toEqual({ c1: "8-0" });
  expect(asked).toEqual(["s2", "s3", "s4"]);
});

it("who waits hears of its channel alone, of what is new, and of what came before it waited", async () => {
  const { signal } = new AbortController();
  const news = new News();
  news.hear({ c1: "5-0" });
  await news.wait("c1", "4-0", 60_000, signal);
  let isOver = false;
  const waiting = news.wait("c1", "5-0", 60_000, signal).then(() => (isOver = true));
  news.hear({ c1: "3-0", c2: "9-0" });
  await new Promise(setImmediate);
  expect(isOver).toBe(false);
  news.hear({ c1: "6-0" });
  await waiting;
  expect(news.latest("c1")).toBe("6-0");
});
