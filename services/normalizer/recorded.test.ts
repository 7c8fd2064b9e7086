import { hash } from "node:crypto";
import { expect, it } from "vitest";
import type { EventOf, UnifiedEvent } from "../../contracts/unified-event.ts";
import { describeRecorded, recordedRows } from "../../test/support/recording.ts";
import { eventOf, nameOf } from "./testing.ts";

/**
 * An oracle that shares no code with the normalizer: it reads the wire format without a schema, by the field numbers
 * of TikTok's messages (`common` is field 1 of all of them).
 */
class Wire {
  readonly #fields = new Map<number, (bigint | Buffer)[]>();

  constructor(bytes: Buffer = Buffer.alloc(0)) {
    let at = 0;
    const varint = () => {
      let value = 0n;
      for (let shift = 0n; ; shift += 7n) {
        const byte = bytes.readUInt8(at++);
        value |= BigInt(byte & 127) << shift;
        if (byte < 128) return value;
      }
    };
    while (at < bytes.length) {
      const tag = Number(varint());
      const field = this.#fields.get(tag >> 3) ?? [];
      this.#fields.set(tag >> 3, field);
      if ((tag & 7) === 0) field.push(varint());
      else if ((tag & 7) === 1) at += 8;
      else if ((tag & 7) === 5) at += 4;
      else {
        const length = Number(varint());
        field.push(bytes.subarray(at, at + length));
        at += length;
      }
    }
  }

  /** A scalar takes the last value sent, as protobuf has it. */
  #last(no: number) {
    return this.#fields.get(no)?.at(-1);
  }
  text(no: number): string {
    return String(this.#last(no) ?? "");
  }
  first(no: number): string {
    return String(this.#fields.get(no)?.[0] ?? "");
  }
  /** Decimal digits; "0" when absent. */
  int(no: number): string {
    return String((this.#last(no) as bigint | undefined) ?? 0n);
  }
  number(no: number): number {
    return Number(this.int(no));
  }
  has(no: number): boolean {
    return this.#fields.has(no);
  }
  message(no: number): Wire {
    return new Wire(this.#last(no) as Buffer | undefined);
  }
  messages(no: number): Wire[] {
    return (this.#fields.get(no) ?? []).map((bytes) => new Wire(bytes as Buffer));
  }
}

/** What DESIGN's table says of each type: raw types in full, the rest is RAW. */
function expectedName(type: string, wire: Wire): string {
  const action = wire.number(type === "WebcastMemberMessage" ? 10 : type === "WebcastSocialMessage" ? 4 : 2);
  const key = wire.message(1).message(8).text(1);
  const social = () => {
    if (action === 1 || key.includes("follow")) return "FOLLOW";
    return action === 3 || key.includes("share") ? "SHARE" : "RAW SOCIAL";
  };
  const names: Record<string, string | (() => string)> = {
    WebcastChatMessage: "CHAT",
    WebcastGiftMessage: "GIFT",
    WebcastLikeMessage: "LIKE",
    WebcastEmoteChatMessage: "EMOTE",
    WebcastRoomUserSeqMessage: "ROOM_USER",
    WebcastMemberMessage: () => (action === 3 ? "SUBSCRIBE MEMBER" : "JOIN"),
    WebcastSocialMessage: social,
    WebcastSubNotifyMessage: "SUBSCRIBE SUB_NOTIFY",
    WebcastLinkMicBattle: "BATTLE BATTLE",
    WebcastLinkMicArmies: "BATTLE ARMIES",
    WebcastBarrageMessage: "BATTLE BARRAGE",
    WebcastControlMessage: () =>
      ["RAW CONTROL", "RAW STREAM_PAUSED", "RAW STREAM_RESUMED", "STREAM_END ENDED", "STREAM_END SUSPENDED"][
        action
      ] as string,
    WebcastQuestionNewMessage: "RAW QUESTION",
    WebcastPollMessage: "RAW POLL",
    WebcastGoalUpdateMessage: "RAW GOAL",
    WebcastEnvelopeMessage: "RAW ENVELOPE",
    WebcastImDeleteMessage: "RAW MESSAGE_DELETED",
    WebcastRoomPinMessage: "RAW ROOM_PIN",
    WebcastCaptionMessage: "RAW CAPTION",
    WebcastRankUpdateMessage: "RAW RANK",
    WebcastRankTextMessage: "RAW RANK",
    WebcastHourlyRankRewardMessage: "RAW RANK",
    WebcastOecLiveShoppingMessage: "RAW SHOPPING",
    WebcastLinkmicBattleTaskMessage: "RAW BATTLE_TASK",
  };
  const name = names[type] ?? "RAW";
  return typeof name === "string" ? name : name();
}

/** Types that tiktok-live-proto 0.2.3 has no schema of (../shared/fixtures/PROVENANCE.md: 123 rows of 28 types). */
const isUnknown = ({ payload }: UnifiedEvent) => "data" in payload && typeof payload.data === "string";

const rows = recordedRows();
const seen = rows.map(({ type, payload }, index) => ({
  type,
  wire: new Wire(Buffer.from(payload, "base64")),
  payload,
  event: eventOf(type, payload, { encoding: "base64", seqNo: index }),
}));
const of = (type: string) => seen.filter((row) => row.type === type);
const payloads = <Type extends UnifiedEvent["eventType"]>(type: string) =>
  of(type).map(({ event }) => event.payload as EventOf<Type>["payload"]);

function user(wire: Wire, no: number) {
  const { id, handle, nickname } = {
    id: wire.message(no).int(1),
    handle: wire.message(no).text(38),
    nickname: wire.message(no).text(3),
  };
  return id === "0" ? null : { userId: id, uniqueId: handle, displayName: nickname };
}

const who = ({ user }: UnifiedEvent) =>
  user && { userId: user.userId, uniqueId: user.uniqueId, displayName: user.displayName };

describeRecorded("547 recorded messages", () => {
  it("all become an event of the type in DESIGN's table", () => {
    expect(seen).toHaveLength(547);
    for (const { type, wire, event } of seen) {
      const name = isUnknown(event) || expectedName(type, wire) !== "RAW" ? nameOf(event) : event.eventType;
      expect(`${type}: ${name}`).toBe(`${type}: ${expectedName(type, wire)}`);
    }
  });

  it("are of a known type with a subType, or of one of 28 unknown types whose bytes are kept", () => {
    const unknown = seen.filter(({ event }) => isUnknown(event));
    expect(unknown).toHaveLength(123);
    expect(new Set(unknown.map(({ type }) => type)).size).toBe(28);
    for (const { event, payload } of unknown) {
      expect(event.payload).toEqual({ rawType: event.rawType, data: payload });
      expect(event).not.toHaveProperty("subType");
    }
    for (const { event } of seen)
      if (event.eventType === "RAW" && !isUnknown(event)) expect(event).toHaveProperty("subType");
  });

  it("become the same event, byte for byte, each time", () => {
    for (const [seqNo, { type, payload, event }] of seen.entries()) {
      expect(JSON.stringify(eventOf(type, payload, { encoding: "base64", seqNo }))).toBe(JSON.stringify(event));
    }
  });

  it.each([
    ["WebcastChatMessage", 2],
    ["WebcastMemberMessage", 2],
    ["WebcastSocialMessage", 2],
    ["WebcastEmoteChatMessage", 2],
    ["WebcastSubNotifyMessage", 2],
    ["WebcastLikeMessage", 5],
    ["WebcastGiftMessage", 7],
  ])("of %s are by the user in field %i", (type, no) => {
    expect(of(type).map(({ event }) => who(event))).toEqual(of(type).map(({ wire }) => user(wire, no)));
  });

  it.each([
    ["WebcastChatMessage", 18],
    ["WebcastGiftMessage", 32],
    ["WebcastEmoteChatMessage", 5],
  ])("of %s have the roles of userIdentity in field %i", (type, no) => {
    const rows = of(type).filter(({ wire }) => wire.has(no));
    expect(rows.length).toBeGreaterThan(5);
    expect(rows.map(({ event: { user } }) => [user?.isModerator, user?.isSubscriber, user?.isFollower])).toEqual(
      rows.map(({ wire }) => [5, 2, 4].map((role) => wire.message(no).number(role) === 1)),
    );
  });

  it("keep the text and language of chats", () => {
    expect(payloads<"CHAT">("WebcastChatMessage").map(({ message, language }) => [message, language ?? ""])).toEqual(
      of("WebcastChatMessage").map(({ wire }) => [wire.text(3), wire.text(14)]),
    );
  });

  it("keep gift, count and price, and tell the state of a streak", () => {
    expect(payloads<"GIFT">("WebcastGiftMessage")).toEqual(
      of("WebcastGiftMessage").map(({ wire }) => {
        const kind = wire.message(15);
        const streakable = kind.int(11) === "1" && wire.int(11) !== "0";
        const ended = wire.int(9) === "1";
        return expect.objectContaining({
          giftId: wire.int(2),
          giftName: kind.text(16),
          giftCount: wire.number(5),
          diamondCount: kind.number(12),
          coins: wire.number(5) * kind.number(12),
          streakable,
          streakState: streakable ? (ended ? "final" : "progress") : "none",
          ...(streakable && {
            streakId: hash(
              "sha256",
              ["7300000000000000001", wire.message(7).int(1), wire.int(2), wire.int(11)].join(":"),
            ),
          }),
          imageUrl: kind.message(1).first(1).split("?")[0],
        });
      }),
    );
  });

  it("keep the count and total of likes", () => {
    expect(payloads<"LIKE">("WebcastLikeMessage")).toEqual(
      of("WebcastLikeMessage").map(({ wire }) => ({ count: wire.number(2), total: wire.number(3) })),
    );
  });

  it("keep who watches, and the first of them", () => {
    expect(payloads<"ROOM_USER">("WebcastRoomUserSeqMessage")).toEqual(
      of("WebcastRoomUserSeqMessage").map(({ wire }) => ({
        viewers: wire.number(3),
        totalViewers: wire.number(7),
        top: wire
          .messages(2)
          .map((rank) => expect.objectContaining({ userId: rank.message(2).int(1), score: rank.number(1) })),
      })),
    );
  });

  it("keep the size of the audience that a member joins", () => {
    expect(payloads<"JOIN">("WebcastMemberMessage").map(({ memberCount }) => memberCount)).toEqual(
      of("WebcastMemberMessage").map(({ wire }) => wire.number(3)),
    );
  });

  it("keep the counts of follows and shares", () => {
    expect(of("WebcastSocialMessage").map(({ event: { payload } }) => payload)).toEqual(
      of("WebcastSocialMessage").map(({ wire }) => {
        const target = wire.text(5);
        if (wire.number(4) === 1) return { followCount: wire.number(6) };
        return { ...(/^[1-9]\d?$/.test(target) && { target }), shareCount: wire.number(8) };
      }),
    );
  });

  it("keep the emotes", () => {
    expect(
      payloads<"EMOTE">("WebcastEmoteChatMessage").map(({ emotes }) => emotes.map(({ emoteId }) => emoteId)),
    ).toEqual(of("WebcastEmoteChatMessage").map(({ wire }) => wire.messages(3).map((emote) => emote.text(1))));
  });

  it("keep the months of a subscription", () => {
    expect(payloads("WebcastSubNotifyMessage")).toEqual(
      of("WebcastSubNotifyMessage").map(({ wire }) => ({ months: wire.number(4) })),
    );
  });

  it("keep the points of a running battle", () => {
    expect(payloads<"BATTLE">("WebcastLinkMicArmies")).toEqual(
      of("WebcastLinkMicArmies").map(({ wire }) =>
        expect.objectContaining({
          battleId: wire.int(2),
          sides: wire.messages(3).map((side) => ({ userId: side.int(1), points: side.message(2).number(2) })),
        }),
      ),
    );
  });

  it("have pictures and avatars where TikTok sends some", () => {
    expect(of("WebcastChatMessage").map(({ event }) => event.user?.avatarUrl)).toEqual(
      of("WebcastChatMessage").map(({ wire }) => wire.message(2).message(9).first(1) || undefined),
    );
  });
});
