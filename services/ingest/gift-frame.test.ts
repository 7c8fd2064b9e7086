import { Gift, ImageModel, User, UserIdentity, WebcastGiftMessage } from "tiktok-live-proto/v3";
import { describe, expect, it } from "vitest";
import type { EventOf } from "../../contracts/unified-event.ts";
import { encode, make } from "../../simulator/codec.ts";
import { describeRecorded, eulerMessages, recordedRows } from "../../test/support/recording.ts";
import { normalize } from "../normalizer/normalize.ts";
import { rawOf } from "../normalizer/testing.ts";
import { GIFT, streakFrameOf } from "./gift-frame.ts";
import { STREAK_CLOSED } from "./streaks.ts";

const STREAM = "7300000000000000001";
const now = new Date();

const image = (url: string) => make(ImageModel, { urlList: [url] });
const user = make(User, {
  id: "7747677462459454996",
  nickname: "Mila 🌹",
  displayId: "mila",
  avatarThumb: image("https://cdn.test/mila.webp?x=1"),
});
const rose = make(Gift, {
  id: "5655",
  type: 1,
  name: "Rose",
  diamondCount: 5,
  image: image("https://cdn.test/r.png?y"),
});
type Message = Partial<WebcastGiftMessage>;
const message: Message = {
  user,
  toUser: make(User, { id: "9", nickname: "Guest", displayId: "guest" }),
  giftId: "5655",
  gift: rose,
  groupId: "1696447170769",
  repeatCount: 300,
  userIdentity: make(UserIdentity, { isModeratorOfAnchor: true, isFollowerOfAnchor: true }),
};
const bytes = (fields: Message = {}) => encode(WebcastGiftMessage, { ...message, ...fields });

type GiftEvent = EventOf<"GIFT">;
const eventOf = (type: string, data: string | object): GiftEvent =>
  normalize(rawOf(type, data, typeof data === "string" ? { encoding: "base64" } : {}), now).event as GiftEvent;

/** What the normalizer makes of a frame, and of the fact that closes its streak, less what differs by intent. */
function bothWays(payload: Uint8Array, data: string | object) {
  const frame = streakFrameOf(payload, STREAM);
  const told = frame && { streakId: frame.streakId, ...frame.given, giftCount: frame.count, closedBy: "timeout" };
  const common = ({ user, payload }: GiftEvent) => {
    const { streakState: _state, closedBy: _by, ...rest } = payload;
    return { user, ...rest };
  };
  const event = eventOf(GIFT, data);
  return { frame, event, ofFrame: common(event), ofClosing: told && common(eventOf(STREAK_CLOSED, told)) };
}

describe("a frame of a streak", () => {
  it("is read as the normalizer reads it, and closed as the same gift of the same person", () => {
    const { frame, ofFrame, ofClosing } = bothWays(bytes(), bytes().toString("base64"));
    expect(frame).toMatchObject({ count: 300, isEnd: false });
    expect(ofFrame).toMatchObject({ coins: 1_500, user: { displayName: "Mila 🌹" }, toUser: { uniqueId: "guest" } });
    expect(ofClosing).toEqual(ofFrame);
  });

  it("is the last one when it says so", () => {
    expect(streakFrameOf(bytes({ repeatEnd: 1 }), STREAM)?.isEnd).toBe(true);
  });

  it("is read in Euler's layout", () => {
    const data = {
      user: {
        userId: user.id,
        uniqueId: "mila",
        nickname: "Mila 🌹",
        profilePicture: { url: ["https://c.test/m.webp"] },
      },
      userIdentity: { isFollowerOfAnchor: true },
      giftId: 5655,
      giftDetails: { giftName: "Rose", giftType: 1, diamondCount: 5, giftImage: { url: ["https://c.test/r.png"] } },
      groupId: "1696447170769",
      repeatCount: 2,
      repeatEnd: 0,
    };
    const { frame, ofFrame, ofClosing } = bothWays(Buffer.from(JSON.stringify(data)), data);
    expect(frame).toMatchObject({ streakId: streakFrameOf(bytes(), STREAM)?.streakId, count: 2 });
    expect(ofClosing).toEqual(ofFrame);
  });
});

it.each<[string, Uint8Array]>([
  ["a groupId of 0", bytes({ groupId: "0" })],
  ["a groupId of 0 in JSON", Buffer.from('{"groupId":"0","giftId":5655,"giftDetails":{"giftType":1}}')],
  ["no groupId in JSON", Buffer.from('{"giftId":5655,"giftDetails":{"giftType":1}}')],
  ["a gift of another type", bytes({ gift: make(Gift, { ...rose, type: 2 }) })],
  ["no gift", bytes({ giftId: "0", gift: make(Gift, { type: 1 }) })],
  ["a negative count", bytes({ repeatCount: -1 })],
  ["a payload over the size cap", Buffer.concat([bytes(), encode(WebcastGiftMessage, { logId: "x".repeat(2 ** 18) })])],
  ["a message that is cut off", bytes().subarray(0, 40)],
  ["noise", Buffer.from("ffffffffffffffffffff", "hex")],
  ["JSON that is cut off", Buffer.from('{"giftId":')],
  ["nothing", Buffer.alloc(0)],
])("%s is no streak", (_what, payload) => {
  expect(streakFrameOf(payload, STREAM)).toBeUndefined();
});

describeRecorded("recorded gifts", () => {
  it("are streaks to ingest where they are to the normalizer, under the same id", () => {
    const gifts = recordedRows().filter(({ type }) => type === GIFT);
    expect(gifts.length).toBeGreaterThan(20);
    for (const { payload } of gifts) {
      const { frame, event, ofFrame, ofClosing } = bothWays(Buffer.from(payload, "base64"), payload);
      expect(frame?.streakId).toBe(event.payload.streakId);
      if (!frame || !ofClosing) continue;
      expect(frame.isEnd).toBe(event.payload.streakState === "final");
      const { user, ...gift } = ofFrame;
      expect(ofClosing).toMatchObject(gift);
      // levels and badges are told by the frames alone
      const { gifterLevel: _g, teamMemberLevel: _t, topGifterRank: _r, ...known } = user ?? {};
      expect(ofClosing.user).toMatchObject(known);
    }
  });

  it("are the same in Euler's layout", () => {
    const gifts = eulerMessages().filter(({ type }) => type === GIFT);
    expect(gifts).not.toEqual([]);
    for (const { data } of gifts) {
      const { frame, event } = bothWays(Buffer.from(JSON.stringify(data)), data);
      expect(frame?.streakId).toBe(event.payload.streakId);
    }
  });
});
