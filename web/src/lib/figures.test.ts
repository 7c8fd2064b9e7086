import { expect, it } from "vitest";
import { figures } from "./figures.ts";

const shown = (likes: number | null, observedLikes: number) =>
  figures({ viewers: 12, likes, observedLikes, diamonds: 30 }).map(({ label, short, observed }) => [
    label,
    short,
    observed,
  ]);

it("says of which figures only what was seen is known", () => {
  expect(shown(900, 40)).toEqual([
    ["Viewers", "12", false],
    ["Likes", "900", false],
    ["Diamonds", "30", true],
  ]);
});

it("shows the likes that were seen until TikTok tells how many there are", () => {
  expect(shown(null, 40)[1]).toEqual(["Likes", "40", true]);
  expect(shown(null, 0)[1]).toEqual(["Likes", "–", false]);
});
