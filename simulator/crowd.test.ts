import { describe, expect, it } from "vitest";
import { Crowd, createHost } from "./crowd.ts";
import { Random } from "./random.ts";

const crowd = new Crowd(1, 1_000);
const distinct = (values: readonly string[]) => new Set(values).size;

describe("Crowd", () => {
  it("is the same for the same seed", () => expect(new Crowd(1, 50).viewers).toEqual(crowd.viewers.slice(0, 50)));

  it("is another for another seed", () => {
    expect(new Crowd(2, 50).viewers[0]?.id).not.toBe(crowd.viewers[0]?.id);
  });

  it("gives everybody an id and a handle of their own", () => {
    expect(distinct(crowd.viewers.map(({ id }) => id))).toBe(1_000);
    expect(distinct(crowd.viewers.map(({ handle }) => handle))).toBe(1_000);
  });

  it("has handles that TikTok would accept", () => {
    for (const { handle } of crowd.viewers) expect(handle).toMatch(/^[a-z][a-z0-9._]{2,23}$/);
  });

  it.each([
    { script: "Arabic", pattern: /\p{Script=Arabic}/u },
    { script: "Japanese", pattern: /\p{Script=Hiragana}/u },
    { script: "Korean", pattern: /\p{Script=Hangul}/u },
    { script: "Thai", pattern: /\p{Script=Thai}/u },
    { script: "Cyrillic", pattern: /\p{Script=Cyrillic}/u },
    { script: "emoji", pattern: /\p{Extended_Pictographic}/u },
  ])("has names in $script", ({ pattern }) => {
    expect(crowd.viewers.filter(({ nickname }) => pattern.test(nickname)).length).toBeGreaterThan(10);
  });

  it("has a handful of moderators, whom everybody knows", () => {
    expect(crowd.moderators.length).toBeGreaterThan(1);
    expect(crowd.moderators.length).toBeLessThan(8);
  });

  it("has subscribers, followers and strangers", () => {
    expect(crowd.viewers.some(({ isSubscriber }) => isSubscriber)).toBe(true);
    expect(crowd.viewers.some(({ isFollower, isSubscriber }) => isFollower && !isSubscriber)).toBe(true);
    expect(crowd.viewers.some(({ isFollower }) => !isFollower)).toBe(true);
  });

  it("lets a few people do most of the talking", () => {
    const random = new Random("talk");
    const turns = Array.from({ length: 10_000 }, () => crowd.viewers.indexOf(crowd.pick(random)));
    expect(turns.filter((index) => index < 100).length).toBeGreaterThan(2_000);
    expect(turns.filter((index) => index > 900).length).toBeGreaterThan(100);
  });

  it("only picks who is present", () => {
    const random = new Random("present");
    for (let i = 0; i < 1_000; i++) expect(crowd.viewers.indexOf(crowd.pick(random, 5))).toBeLessThan(5);
  });

  it("ranks givers by what they gave", () => {
    const some = new Crowd(3, 10);
    const [a, b, c] = some.viewers;
    if (a && b && c) Object.assign(a, { given: 5 }) && Object.assign(c, { given: 9 });
    expect(some.topGivers(5)).toEqual([c, a]);
  });
});

it("knows a host by name", () => {
  expect(createHost("demo")).toEqual(createHost("demo"));
  expect(createHost("demo").id).not.toBe(createHost("other").id);
});
