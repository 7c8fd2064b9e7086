import { expect, it } from "vitest";
import { table } from "./routes.ts";

it.each<[id: string, input: Record<string, unknown>, tokens: number]>([
  ["listSessionEvents", {}, 1],
  ["listSessionEvents", { types: "GIFT" }, 1],
  ["listSessionEvents", { q: "hello" }, 5],
  ["listStreamEvents", { minCoins: 1 }, 5],
  ["listStreamEvents", { userId: "1" }, 5],
  ["listUserEvents", { q: "hello" }, 5],
  ["listLetters", {}, 1],
  ["listLetters", { group: "cause" }, 5],
  ...["getSessionAnalytics", "getStreamAnalytics", "getChannelAnalytics"].map(
    (id): [string, Record<string, unknown>, number] => [id, {}, 5],
  ),
  ...["exportSession", "exportStream", "backtestRule", "backtestSavedRule", "getLedger"].map(
    (id): [string, Record<string, unknown>, number] => [id, {}, 5],
  ),
])("%s of %j takes as many tokens as it makes work: %i", (id, input, tokens) => {
  const cost = table.find((route) => route.id === id)?.cost ?? 1;
  expect(typeof cost === "number" ? cost : cost(input)).toBe(tokens);
});
