import { expect, it } from "vitest";
import type { SourceMessage } from "./raw-message.ts";
import { Scorecard } from "./scorecard.ts";

const at = Date.UTC(2026, 0, 1);
const message = (msgId: string, ms = 0, createdMs = ms): SourceMessage => ({
  method: "WebcastChatMessage",
  msgId,
  isHistory: false,
  payload: new Uint8Array(),
  receivedAt: new Date(at + ms),
  common: { msgId, createTime: at + createdMs },
});

const both = () => {
  const card = new Scorecard(["direct", "euler"]);
  card.connected("direct", true);
  card.connected("euler", true);
  return card;
};

it("counts for each what the other did not bring within half a minute", () => {
  const card = both();
  card.received("direct", message("1"));
  card.received("euler", message("1", 900));
  card.received("direct", message("2", 1_000));
  card.received("direct", message("2", 1_100)); // its own second copy
  card.received("euler", message("3", 1_200));
  const now = at + 100_000;
  card.scores(at + 40_000);
  expect(card.scores(now)).toMatchObject([
    { provider: "direct", messages: 3, onlyHere: 1 },
    { provider: "euler", messages: 2, onlyHere: 1 },
  ]);
});

it("compares nothing while only one is connected, nor what has no id or is history", () => {
  const card = both();
  card.received("direct", message("0"));
  card.received("direct", message(""));
  card.received("direct", { ...message("7"), isHistory: true });
  card.connected("euler", false);
  card.received("direct", message("8"));
  card.scores(at + 40_000);
  expect(card.scores(at + 100_000)[0]).toMatchObject({ messages: 4, onlyHere: 0 });
});

it("measures how long messages took, by TikTok's own clock", () => {
  const card = new Scorecard(["direct"]);
  for (let i = 0; i < 50; i++) card.received("direct", message(String(i), 1_000 + i, 750 + i));
  expect(card.scores()).toMatchObject([{ medianDelayMs: 250, onlyHere: null }]);
});

it("knows no delay before the first message, and names the last error", () => {
  const card = new Scorecard(["euler"]);
  card.failed("euler", "CLOSED_4500");
  card.failed("euler", "STALLED");
  expect(card.scores()).toMatchObject([{ medianDelayMs: null, errors: 2, lastError: "STALLED" }]);
});

it("remembers no more than a fixed number of messages", () => {
  const card = both();
  for (let i = 0; i < 60_001; i++) card.received("direct", message(String(i)));
  expect(card.scores(at)[0]?.onlyHere).toBeGreaterThanOrEqual(20_000);
});
