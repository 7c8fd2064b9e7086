import { describe, expect, it } from "vitest";
import { payloadOf, rawOf, refusalOf } from "./testing.ts";

describe("a like", () => {
  const like = (message: object) => payloadOf("LIKE", "WebcastLikeMessage", message);

  it.each([
    { layout: "connector", message: { count: 15, total: "90961" } },
    { layout: "Euler", message: { likeCount: 15, totalLikeCount: 90961 } },
  ])("is read in the layout of $layout", ({ message }) => expect(like(message)).toEqual({ count: 15, total: 90961 }));

  it("has no total rather than 0, which would take the gauge down", () => {
    expect(like({ count: 15, total: "0" })).toEqual({ count: 15 });
  });

  it("is refused when the total is no safe integer", () => {
    expect(refusalOf(rawOf("WebcastLikeMessage", { count: 1, total: "9007199254740993" }))?.reason).toBe(
      "SCHEMA_ERROR",
    );
  });
});

describe("a member who joins", () => {
  const join = (message: object) => payloadOf("JOIN", "WebcastMemberMessage", { action: 1, ...message });

  it("raises the member count", () => expect(join({ memberCount: 5 })).toEqual({ memberCount: 5 }));

  it.each(["homepage_hot-live_cell", "live_merge-live_cover", "follow_recommend-message"])("came by %s", (source) => {
    expect(join({ clientEnterSource: source })).toEqual({ via: source });
  });

  it.each(["unknown", "alice", "homepage_hot-alice", "alice-live_cell", "homepage_hot-live_cell-x", 5])(
    "came by no way we know: %j",
    (source) => expect(join({ clientEnterSource: source })).toEqual({}),
  );
});

describe("the audience", () => {
  const roomUser = (message: object) => payloadOf("ROOM_USER", "WebcastRoomUserSeqMessage", message);

  it.each([
    { layout: "connector", message: { total: "64", totalUser: "2597", ranks: [{ user: { id: "42" }, score: "400" }] } },
    {
      layout: "Euler",
      message: { viewerCount: 64, totalUser: 2597, ranksList: [{ user: { userId: "42" }, coinCount: 400 }] },
    },
  ])("is read in the layout of $layout", ({ message }) => {
    expect(roomUser(message)).toEqual({ viewers: 64, totalViewers: 2597, top: [{ userId: "42", score: 400 }] });
  });

  it("may be empty", () => expect(roomUser({ total: "0", ranks: [{ user: { id: "0" } }] })).toEqual({ viewers: 0 }));
});
