import {
  BarrageMessageBarrageType,
  BarrageTypeFansLevelParam,
  EmoteModel,
  MemberMessageAction,
  Question,
  WebcastGiftMessage,
} from "tiktok-live-proto/v3";
import { make } from "./codec.ts";
import type { Viewer } from "./crowd.ts";
import { draft, type Message } from "./frames.ts";
import { type GiftKind, toGift } from "./gifts.ts";
import { identity, sentence, toUser } from "./person.ts";

/*
 * What TikTok says when one person does something: one function per thing that happens.
 * Fields, keys and codes are those of recorded frames.
 */

const emote = (emoteId: string) => make(EmoteModel, { emoteId });

interface Said {
  content: string;
  mentioned?: Viewer | undefined;
  /** An emote shown in front of the text. */
  emoteId?: string | undefined;
}

export const chat = (viewer: Viewer, { content, mentioned, emoteId }: Said) =>
  draft("WebcastChatMessage", {
    user: toUser(viewer),
    userIdentity: identity(viewer),
    content: mentioned ? `@${mentioned.nickname} ${content}` : content,
    contentLanguage: viewer.language.code,
    atUser: mentioned && toUser(mentioned),
    mentionUsers: mentioned ? [toUser(mentioned)] : [],
    mentionUserList: mentioned ? [mentioned.id] : [],
    emotes: emoteId ? [{ index: 0, emote: emote(emoteId) }] : [],
  });

interface Given {
  kind: GiftKind;
  /** How many so far; a streak counts up. */
  count: number;
  /** The streak's id; "0" outside of one. */
  groupId: string;
  isEnd: boolean;
}

export const gift = (viewer: Viewer, { kind, count, groupId, isEnd }: Given) =>
  draft(
    "WebcastGiftMessage",
    {
      user: toUser(viewer),
      userIdentity: identity(viewer),
      giftId: kind.id,
      gift: toGift(kind),
      repeatCount: count,
      comboCount: count,
      groupCount: 1,
      repeatEnd: isEnd ? 1 : 0,
      groupId,
      fanTicketCount: kind.diamonds,
      sendType: "1",
    },
    sentence("webcast_aweme_gift_send_messageNew", "{0:user} sent {1:gift} {2:string}", viewer),
  );

export const like = (viewer: Viewer, count: number, total: number) =>
  draft(
    "WebcastLikeMessage",
    { user: toUser(viewer), count, total: String(total) },
    sentence("pm_mt_msg_viewer", "{0:user} liked the LIVE", viewer),
  );

export const join = (viewer: Viewer, memberCount: number) =>
  draft(
    "WebcastMemberMessage",
    {
      user: toUser(viewer),
      action: MemberMessageAction.MEMBER_MESSAGE_ACTION_JOINED,
      memberCount,
      clientEnterSource: viewer.isFollower ? "message-live_card" : "live_merge-live_cover",
    },
    sentence("live_room_enter_toast", "{0:user} joined", viewer),
  );

export const follow = (viewer: Viewer, host: Viewer, followCount: number) =>
  draft(
    "WebcastSocialMessage",
    { user: toUser(viewer), action: "1", followCount: String(followCount), shareTarget: host.id },
    sentence("pm_main_follow_message_viewer_2", "{0:user} followed the LIVE creator", viewer),
  );

export const share = (viewer: Viewer, shareCount: number) =>
  draft(
    "WebcastSocialMessage",
    { user: toUser(viewer), action: "3", shareType: "1", shareTarget: "-1", shareCount },
    sentence("pm_mt_guidance_share", "{0:user} shared the LIVE", viewer),
  );

export const subscribe = (viewer: Viewer) =>
  draft(
    "WebcastSubNotifyMessage",
    { user: toUser(viewer), subMonth: String(viewer.months) },
    sentence("pm_mt_goal_progress_comment", "{0:user} subscribed.", viewer),
  );

export const subscriberJoined = (viewer: Viewer, memberCount: number) =>
  draft("WebcastMemberMessage", {
    user: toUser(viewer),
    action: MemberMessageAction.MEMBER_MESSAGE_ACTION_SUBSCRIBED,
    memberCount,
  });

export const emoteChat = (viewer: Viewer, emoteId: string) =>
  draft("WebcastEmoteChatMessage", {
    user: toUser(viewer),
    userIdentity: identity(viewer),
    emoteList: [emote(emoteId)],
  });

export const question = (viewer: Viewer, questionId: string, content: string, at: number) =>
  draft("WebcastQuestionNewMessage", {
    data: make(Question, { questionId, content, createTime: String(Math.floor(at / 1000)), user: toUser(viewer) }),
  });

export const teamLevel = (viewer: Viewer) =>
  draft("WebcastBarrageMessage", {
    msgType: BarrageMessageBarrageType.FANS_LEVEL_UPGRADE,
    content: sentence("pm_mt_fan_level_up", "{0:user} reached a new level", viewer),
    fansLevelParam: make(BarrageTypeFansLevelParam, { currentGrade: viewer.teamLevel, user: toUser(viewer) }),
    duration: "4000",
  });

export const superFan = (viewer: Viewer) =>
  draft("WebcastBarrageMessage", {
    msgType: BarrageMessageBarrageType.COMMON_BARRAGE,
    content: sentence("ttlive_superfan_commentnotif_superfanjoined", "{0:user} became a Super Fan", viewer),
    user: toUser(viewer),
    duration: "4000",
  });

export const isStreakEnd = ({ method, payload }: Message) =>
  method === "WebcastGiftMessage" && WebcastGiftMessage.decode(payload).repeatEnd === 1;
