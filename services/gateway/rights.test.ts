import { describe, expect, it } from "vitest";
import { roles } from "../../contracts/access.ts";
import { givenBy, grantOf, reaches, scopeOf } from "./rights.ts";

const MINE = "00000000-0000-4000-8000-00000000000a";
const OTHER = "00000000-0000-4000-8000-00000000000b";
const mine = { channelId: MINE, simulated: false };
const other = { channelId: OTHER, simulated: false };
const show = { channelId: OTHER, simulated: true };
const unknown = { channelId: null, simulated: false };

const reached = (...[role, right]: Parameters<typeof grantOf>) => {
  const grant = grantOf(role, right);
  if (!grant) return [];
  const scope = scopeOf(grant, [MINE]);
  return Object.entries({ mine, other, show, unknown }).flatMap(([name, of]) => (reaches(scope, of) ? [name] : []));
};

describe("a right reaches", () => {
  it.each([
    ["admin", "metrics.read", ["mine", "other", "show", "unknown"]],
    ["streamer", "feed.read", ["mine"]],
    ["moderator", "moderate", ["mine"]],
    ["moderator", "manage", []],
    ["viewer", "feed.read", []],
    ["viewer", "analytics.read", ["mine"]],
    ["ops", "feed.read", ["mine", "other", "show", "unknown"]],
    ["ops", "moderate", []],
    ["developer", "manage", ["show"]],
    ["overlay", "feed.read", ["mine"]],
    ["overlay", "events.read", []],
  ] as const)("%s with %s: %j", (role, right, expected) => {
    expect(reached(role, right)).toEqual(expected);
  });
});

it("who has no channel sees none, not all", () => {
  expect(reaches({ channelIds: [] }, mine)).toBe(false);
  expect(reaches({ channelIds: [] }, unknown)).toBe(false);
});

it.each([
  ["admin", roles],
  ["streamer", ["streamer", "moderator", "viewer", "overlay"]],
  ["moderator", ["moderator", "viewer", "overlay"]],
  ["ops", ["ops"]],
  ["developer", ["developer", "overlay", "viewer"]],
] as const)("%s is above %j", (role, given) => {
  expect(givenBy(role).toSorted()).toEqual([...given].toSorted());
});
