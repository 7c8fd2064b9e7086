import type { RawEnvelope } from "../../contracts/raw-envelope.ts";
import { armies, barrage, battle } from "./battle.ts";
import { deleted, goal, pin, poll, redEnvelope, shopping } from "./facts.ts";
import { amount, type Fields, someAmount } from "./fields.ts";
import { gift, streakClosed } from "./gifts.ts";
import { connected, control, disconnected, failed, gap, sourceSwitched } from "./lifecycle.ts";
import { type Outcome, raw, to } from "./outcome.ts";
import { isKnown } from "./protobuf.ts";
import { join, like, roomUser } from "./room.ts";
import { social } from "./social.ts";
import { chat, emote } from "./talk.ts";

/** TikTok's MemberMessageAction: the member did not come in but subscribed. */
const SUBSCRIBED = 3;

type Mapping = (message: Fields, envelope: RawEnvelope) => Outcome;

/** Raw type -> canonical type, payload and subType (DESIGN section 4). Known types not listed: see `subTypeOf`. */
const mappings: Readonly<Record<string, Mapping>> = {
  WebcastChatMessage: (m) => to("CHAT", chat(m)),
  WebcastEmoteChatMessage: (m) => to("EMOTE", emote(m)),
  WebcastGiftMessage: (m, { streamId }) => to("GIFT", gift(m, streamId)),
  WebcastLikeMessage: (m) => to("LIKE", like(m)),
  WebcastRoomUserSeqMessage: (m) => to("ROOM_USER", roomUser(m)),
  WebcastMemberMessage: (m) => (amount(m.action) === SUBSCRIBED ? to("SUBSCRIBE", {}, "MEMBER") : to("JOIN", join(m))),
  WebcastSubNotifyMessage: (m) => to("SUBSCRIBE", { months: someAmount(m.subMonth) }, "SUB_NOTIFY"),
  WebcastSocialMessage: social,
  WebcastLinkMicBattle: (m) => to("BATTLE", battle(m), "BATTLE"),
  WebcastLinkMicArmies: (m) => to("BATTLE", armies(m), "ARMIES"),
  WebcastBarrageMessage: barrage,
  WebcastControlMessage: control,

  "ControlEvent.CONNECTED": (m) => to("CONNECTED", connected(m)),
  "ControlEvent.DISCONNECTED": (m) => to("DISCONNECTED", disconnected(m)),
  "ControlEvent.ERROR": (m) => to("ERROR", failed(m)),
  "ttlc.GiftStreakClosed": (m) => to("GIFT", streakClosed(m), "STREAK_CLOSED"),
  "ttlc.Gap": (m) => raw("GAP", gap(m)),
  "ttlc.StreamEnded": () => to("STREAM_END", { action: 0 }, "UNANNOUNCED"),
  "ttlc.SourceSwitched": (m) => raw("SOURCE_SWITCHED", sourceSwitched(m)),

  WebcastCaptionMessage: () => raw("CAPTION"),
  WebcastEnvelopeMessage: redEnvelope,
  WebcastGoalUpdateMessage: (m) => raw("GOAL", goal(m)),
  WebcastHourlyRankRewardMessage: () => raw("RANK"),
  WebcastImDeleteMessage: (m) => raw("MESSAGE_DELETED", deleted(m)),
  WebcastLinkmicBattleTaskMessage: (m) =>
    raw("BATTLE_TASK", { action: amount(m.taskMessageType ?? m.battleTaskMessageType) }),
  WebcastLinkMicBattlePunishFinish: (m) => raw("BATTLE_PUNISH_FINISH", { action: amount(m.reason) }),
  WebcastOecLiveShoppingMessage: (m) => raw("SHOPPING", shopping(m)),
  WebcastPollMessage: (m) => raw("POLL", poll(m)),
  WebcastQuestionNewMessage: () => raw("QUESTION"),
  WebcastRankTextMessage: () => raw("RANK"),
  WebcastRankUpdateMessage: () => raw("RANK"),
  WebcastRoomMessage: () => raw("ROOM_MESSAGE"),
  WebcastRoomPinMessage: (m) => raw("ROOM_PIN", pin(m)),
};

/** Whether only the room's actor writes messages of this type, always in JSON. */
export function isOurs(type: string): boolean {
  return Object.hasOwn(mappings, type) && !isKnown(type);
}

/** What a decoded message says. */
export function outcomeOf(message: Fields, envelope: RawEnvelope): Outcome {
  const { type } = envelope;
  const mapping = Object.hasOwn(mappings, type) ? mappings[type] : undefined;
  if (mapping) return mapping(message, envelope);
  return raw(isKnown(type) ? subTypeOf(type) : undefined);
}

/** `WebcastRoomNotifyMessage` -> `ROOM_NOTIFY`. */
export function subTypeOf(type: string): string {
  const [, name = type] = /^Webcast(.+?)(?:Message|Method)?$/.exec(type) ?? [];
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "_").toUpperCase();
}
