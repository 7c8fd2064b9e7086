import { expect, it } from "vitest";
import { eventOf, nameOf } from "../services/normalizer/testing.ts";
import { createHost } from "./crowd.ts";
import { eulerMessage } from "./euler-layout.ts";
import { commonOf, type Draft, seal } from "./frames.ts";
import { giftKinds } from "./gifts.ts";
import { Ids } from "./ids.ts";
import { chat, gift, like } from "./person-messages.ts";
import { Show } from "./show.ts";

const host = createHost("mila");
const of = (draft: Draft) => eulerMessage(seal(draft, commonOf(draft, { msgId: "7001", roomId: "7286", at: 1 })))?.data;

it("has the names of schema v2", () => {
  const user = { userId: host.id, uniqueId: host.handle, nickname: host.nickname };
  const common = { msgId: "7001", roomId: "7286" };
  expect(of(chat(host, { content: "hi" }))).toMatchObject({ comment: "hi", user, common });
  expect(of(like(host, 5, 70))).toMatchObject({ likeCount: 5, user });
  const kind = giftKinds[0] as (typeof giftKinds)[number];
  expect(of(gift(host, { kind, count: 3, groupId: "9", isEnd: true }))).toMatchObject({
    giftId: Number(kind.id),
    giftDetails: { giftName: kind.name, diamondCount: kind.diamonds },
    repeatCount: 3,
    groupId: "9",
  });
});

it("leaves out what Euler cannot decode", () => {
  const payload = Buffer.from([0x0a, 0xff, 0xff, 0x03, 0x08]);
  expect(eulerMessage({ method: "WebcastChatMessage", payload, msgId: "1" })).toBeUndefined();
  expect(eulerMessage({ method: "WebcastNovelMessage", payload: Buffer.alloc(0), msgId: "1" })).toBeUndefined();
});

it("becomes the same events as TikTok's own bytes, whatever happens in a room", () => {
  const ids = new Ids("euler");
  const show = new Show({ seed: 3, rate: 50, roomId: "7286", host, ids, startedAt: 1_700_000_000_000 });
  const types = new Set<string>();
  for (let i = 0; i < 600; i++) {
    const message = show.next();
    const { type, data } = eulerMessage(message) as { type: string; data: object };
    const [euler, direct] = [
      eventOf(type, data),
      eventOf(type, message.payload.toString("base64"), { encoding: "base64" }),
    ];
    types.add(nameOf(euler));
    const core = ({ user, payload }: typeof euler) => ({ user, payload: { ...payload, data: undefined } });
    expect([nameOf(euler), core(euler)]).toEqual([nameOf(direct), core(direct)]);
  }
  expect(types.size).toBeGreaterThan(10);
});
