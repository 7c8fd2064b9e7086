import { describe, expect, it } from "vitest";
import type { View } from "../../contracts/access.ts";
import { aRoom } from "../../test/support/gateway.ts";
import { NOBODY } from "./auth.ts";
import { prepareFeed } from "./follow.ts";
import type { Gateway } from "./gateway.ts";

const rooms = [aRoom({ streamId: "r1", uniqueId: "anna" }), aRoom({ uniqueId: "bob", state: "waiting" })];
const answers: Record<string, unknown> = {
  "ingest.list": rooms,
  "storage.stream": null,
  "storage.recent": { after: "7-0" },
};
const call = async <Result>(action: string) => answers[action] as Result;

const prepare = (
  input: Partial<Parameters<typeof prepareFeed>[0]["input"]>,
  { view = "whole" as View, who = { ...NOBODY, role: "admin" as const }, lastEventId = "" } = {},
) => prepareFeed({ input: { id: "r1", ...input }, view, who, scope: {}, call }, {} as Gateway, lastEventId);

const overlay = (types: string[] | null) => ({
  view: "chosen" as View,
  who: { ...NOBODY, role: "overlay", types } as never,
});

describe("where a feed begins", () => {
  it.each([
    [{}, "", undefined],
    [{ recent: 5 }, "", "7-0"],
    [{ recent: 5, after: "3-0" }, "", "3-0"],
    [{ recent: 5, after: "3-0" }, "4-0", "4-0"],
  ])("%j, with Last-Event-ID %j: after %s", async (input, lastEventId, start) => {
    expect((await prepare(input, { lastEventId })).start).toBe(start);
  });

  it.each([
    [{ after: "yesterday" }, "", "after"],
    [{}, "1-99999999", "Last-Event-ID"],
  ])("%j, with Last-Event-ID %j is refused", async (input, lastEventId, field) => {
    await expect(prepare(input, { lastEventId })).rejects.toMatchObject({ code: 400, data: [{ field }] });
  });
});

describe("whom a feed follows", () => {
  it("is a stream that was named", async () => {
    expect((await prepare({})).listener).toMatchObject({ wish: { streamId: "r1" }, uniqueId: "anna", follows: false });
  });

  it("is a streamer who was named, whatever they stream next", async () => {
    const { listener } = await prepare({ id: "anna" });
    expect(listener).toMatchObject({ wish: { streamId: "r1" }, uniqueId: "anna", follows: true });
    expect((await prepare({ id: "bob" })).listener).toMatchObject({ wish: { streamId: "bob" }, follows: true });
  });
});

describe("what a feed shows", () => {
  it("is what was asked for", async () => {
    const { listener } = await prepare({ types: "GIFT,CHAT", userId: "1", minCoins: 5, q: "rose", source: "all" });
    expect(listener.wish).toMatchObject({
      ...{ types: ["GIFT", "CHAT"], userId: "1", minCoins: 5, q: "rose", source: "all", view: "whole" },
    });
  });

  it.each(["masked", "chosen"] as const)("is nobody's doings to who sees %s", async (view) => {
    for (const filter of [{ userId: "1" }, { q: "anna" }]) {
      await expect(prepare(filter, { view })).rejects.toMatchObject({ code: 403, type: "PEOPLE_HIDDEN" });
    }
  });

  it("is to an overlay what its token names, and of that what it asks for", async () => {
    expect((await prepare({}, overlay(["GIFT", "FOLLOW"]))).listener.wish.types).toEqual(["GIFT", "FOLLOW"]);
    expect((await prepare({ types: "GIFT" }, overlay(["GIFT", "FOLLOW"]))).listener.wish.types).toEqual(["GIFT"]);
    await expect(prepare({ types: "GIFT,CHAT" }, overlay(["GIFT"]))).rejects.toMatchObject({ code: 403 });
    expect((await prepare({}, overlay(null))).listener.wish.types).toBeUndefined();
  });
});
