import { describe, expect, it } from "vitest";
import { actorOf, personOf, userOf } from "./users.ts";

const nobody = { isModerator: false, isSubscriber: false, isFollower: false };
const badge = (sceneType: number, level?: string) => ({ sceneType, privilegeLogExtra: { level } });

describe("a user", () => {
  const avatar = "https://p16.tiktokcdn.com/a.webp?x-expires=1";
  const expected = { userId: "42", uniqueId: "alice", displayName: "Alice", avatarUrl: avatar, ...nobody };

  it("is read in the connector's layout", () => {
    expect(userOf({ id: "42", displayId: "alice", nickname: "Alice", avatarThumb: { urlList: [avatar] } })).toEqual(
      expected,
    );
  });

  it("is read in Euler's layout", () => {
    const user = { userId: "42", uniqueId: "alice", nickname: "Alice", profilePicture: { url: [avatar] } };
    expect(userOf(user)).toEqual(expected);
  });

  it("is read in our own layout", () => {
    const user = {
      ...expected,
      isModerator: true,
      followRole: 2,
      isFollower: true,
      gifterLevel: 9,
      teamMemberLevel: 3,
    };
    expect(userOf(user)).toEqual(user);
  });

  it.each([undefined, null, "alice", {}, { id: "" }, { id: "0" }, { userId: 0 }])("is nobody in %j", (user) => {
    expect(userOf(user)).toBeNull();
  });

  it.each(["javascript:alert(1)", "//host/a.png", 5])("has no avatar at %j", (url) => {
    expect(userOf({ id: "42", avatarThumb: { urlList: [url] } })).not.toHaveProperty("avatarUrl");
  });
});

describe("what a user is to the streamer", () => {
  const identity = {
    isModeratorOfAnchor: false,
    isSubscriberOfAnchor: true,
    isFollowerOfAnchor: true,
    isMutualFollowingWithAnchor: true,
  };

  it("is what userIdentity says, even against the badges", () => {
    expect(userOf({ id: "42", badgeList: [badge(1)], userAttr: { isAdmin: true } }, identity)).toMatchObject({
      isModerator: false,
      isSubscriber: true,
      isFollower: true,
      followRole: 2,
    });
  });

  it("is nothing where userIdentity leaves out what is false, as Euler does", () => {
    expect(userOf({ id: "42", followInfo: { followStatus: "1" } }, {})).toMatchObject({ ...nobody, followRole: 0 });
  });

  it.each([
    { badge: "moderator", sceneType: 1, expected: { ...nobody, isModerator: true } },
    { badge: "subscriber", sceneType: 4, expected: { ...nobody, isSubscriber: true } },
    { badge: "new subscriber", sceneType: 7, expected: { ...nobody, isSubscriber: true } },
    { badge: "first recharge", sceneType: 2, expected: nobody },
  ])("is otherwise told by the badge $badge", ({ sceneType, expected }) => {
    expect(userOf({ id: "42", badgeList: [badge(sceneType)] })).toMatchObject(expected);
    expect(userOf({ userId: "42", badges: [{ badgeScene: sceneType }] })).toMatchObject(expected);
  });

  it("is moderator for an admin without badge", () => {
    expect(userOf({ id: "42", userAttr: { isAdmin: true } })).toMatchObject({ isModerator: true });
  });

  it.each([
    { followStatus: "1", expected: { isFollower: true, followRole: 1 } },
    { followStatus: "2", expected: { isFollower: true, followRole: 2 } },
    { followStatus: "3", expected: { isFollower: true, followRole: 1 } },
  ])("is follower with followStatus $followStatus", ({ followStatus, expected }) => {
    expect(userOf({ id: "42", followInfo: { followStatus } })).toMatchObject(expected);
  });

  it("is not told by followStatus 0, which is also the default", () => {
    expect(userOf({ id: "42", followInfo: { followStatus: "0" } })).not.toHaveProperty("followRole");
  });
});

describe("levels", () => {
  it("stand on the badges", () => {
    expect(userOf({ id: "42", badgeList: [badge(8, "16"), badge(10, "21")] })).toMatchObject({
      gifterLevel: 16,
      teamMemberLevel: 21,
    });
    expect(userOf({ userId: "42", badges: [{ badgeScene: 8, logExtra: { level: "16" } }] })?.gifterLevel).toBe(16);
  });

  it.each(["0", "", "-1", "high", "99999999999999999999", undefined])("are left out when they are %j", (level) => {
    expect(userOf({ id: "42", badgeList: [badge(8, level)] })).not.toHaveProperty("gifterLevel");
  });

  it("include the rank among gifters, as the badge's caption writes it", () => {
    const caption = { key: "pm_mt_badeg_notes_profile1", defaultPattern: "No. 1" };
    expect(userOf({ id: "42", badgeList: [badge(6), { sceneType: 6, combine: { text: caption } }] })).toMatchObject({
      topGifterRank: 1,
    });
  });
});

describe("a person", () => {
  it("is named by id and names", () => {
    expect(personOf({ id: "42", displayId: "alice", nickname: "Alice" })).toEqual({
      userId: "42",
      uniqueId: "alice",
      displayName: "Alice",
    });
  });

  it("may have no names", () => expect(personOf({ userId: "42", nickname: "" })).toEqual({ userId: "42" }));

  it("is nobody without id", () => expect(personOf({ id: "0", nickname: "Alice" })).toBeUndefined());
});

describe("who did it", () => {
  const user = { id: "42", nickname: "Alice" };

  it.each([
    { type: "WebcastChatMessage", message: { user } },
    { type: "WebcastRoomNotifyMessage", message: { user } },
    { type: "WebcastBarrageMessage", message: { user } },
    { type: "WebcastBarrageMessage", message: { userGradeParam: { user } } },
    { type: "WebcastBarrageMessage", message: { fansLevelParam: { user } } },
    { type: "WebcastQuestionNewMessage", message: { data: { user } } },
    { type: "WebcastQuestionNewMessage", message: { details: { user } } },
    { type: "WebcastLiveIntroMessage", message: { host: user } },
    { type: "WebcastRoomPinMessage", message: { operator: user } },
    { type: "WebcastPollMessage", message: { startContent: { operator: user } } },
    { type: "WebcastPollMessage", message: { endContent: { Operator: user } } },
    { type: "WebcastEnvelopeMessage", message: { envelopeInfo: { sendUserId: "42", sendUserName: "Alice" } } },
  ])("is found in $type: $message", ({ type, message }) => {
    expect(actorOf(type, message)).toMatchObject({ userId: "42", displayName: "Alice" });
  });

  it("is the contributor to a goal", () => {
    const message = { contributorId: "42", contributorDisplayId: "alice" };
    expect(actorOf("WebcastGoalUpdateMessage", message)).toMatchObject({ userId: "42", uniqueId: "alice" });
  });

  it("is nobody in a message about many", () =>
    expect(actorOf("WebcastRoomUserSeqMessage", { ranks: [{ user }] })).toBeNull());
});
