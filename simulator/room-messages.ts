import {
  CaptionContent,
  type CommonMessageData,
  Contributor,
  ControlAction,
  EnvelopeBusinessType,
  EnvelopeDisplay,
  GoalMessageSource,
  LiveStreamGoal,
  LiveStreamGoalIndicator,
  LiveStreamSubGoal,
  LiveStreamSubGoalGift,
  MessageRedEnvelopInfo,
  PinMessageActionType,
  PollEndContent,
  PollKind,
  PollOptionInfo,
  PollStartContent,
  PollUpdateVotesContent,
  WebcastChatMessage,
} from "tiktok-live-proto/v3";
import { make } from "./codec.ts";
import type { Viewer } from "./crowd.ts";
import { type Draft, draft } from "./frames.ts";
import type { GiftKind } from "./gifts.ts";
import { toUser } from "./person.ts";

/* What TikTok says about the room as a whole, after recorded frames. */

interface Audience {
  viewers: number;
  totalViewers: number;
  top: readonly Viewer[];
}

export const audience = ({ viewers, totalViewers, top }: Audience) =>
  draft("WebcastRoomUserSeqMessage", {
    total: String(viewers),
    totalUser: String(totalViewers),
    anonymous: String(Math.floor(viewers / 50)),
    ranks: top.map((viewer, i) =>
      make(Contributor, { score: String(viewer.given), user: toUser(viewer), rank: String(i + 1) }),
    ),
  });

export const intro = (host: Viewer, id: string, content: string) =>
  draft("WebcastLiveIntroMessage", { id, content, user: toUser(host), contentLanguage: host.language.code });

export const caption = (content: string, at: number) =>
  draft("WebcastCaptionMessage", {
    timestampMs: String(at),
    durationMs: String(content.length * 60),
    content: [make(CaptionContent, { lang: "en", content })],
  });

interface Goal {
  id: string;
  kind: GiftKind;
  progress: number;
  target: number;
}

export const goal = ({ id, kind, progress, target }: Goal, contributor: Viewer) =>
  draft("WebcastGoalUpdateMessage", {
    indicator: make(LiveStreamGoalIndicator, { key: "live_goal_indicator_stream_goal", op: 3 }),
    updateSource: GoalMessageSource.PROGRESS_UPDATE,
    contributorId: contributor.id,
    contributorIdStr: contributor.id,
    contributorDisplayId: contributor.handle,
    goal: make(LiveStreamGoal, {
      id,
      idStr: id,
      type: 1,
      status: progress >= target ? 3 : 2,
      description: `${target} × ${kind.name}`,
      subGoals: [
        make(LiveStreamSubGoal, {
          type: 1,
          id: kind.id,
          idStr: kind.id,
          progress: String(progress),
          target: String(target),
          gift: make(LiveStreamSubGoalGift, { name: kind.name, diamondCount: String(kind.diamonds), type: 1 }),
        }),
      ],
    }),
  });

interface Poll {
  id: string;
  title: string;
  options: readonly { text: string; votes: number }[];
  /** Milliseconds since 1970. */
  startedAt: number;
  endsAt: number;
}

const pollOptions = ({ options }: Poll) =>
  options.map(({ text, votes }, optionIdx) =>
    make(PollOptionInfo, { displayContent: text, votes: String(votes), optionIdx }),
  );

/** Message types 0, 2 and 1 in TikTok's numbering. */
export const poll = (stage: "start" | "votes" | "end", poll: Poll, host: Viewer) =>
  draft("WebcastPollMessage", {
    pollId: poll.id,
    pollKind: PollKind.CUSTOMIZABLE,
    messageType: { start: "0", votes: "2", end: "1" }[stage],
    startContent:
      stage === "start"
        ? make(PollStartContent, {
            startTime: String(poll.startedAt),
            endTime: String(poll.endsAt),
            title: poll.title,
            optionList: pollOptions(poll),
            operator: toUser(host),
          })
        : undefined,
    updateVotesContent: stage === "votes" ? make(PollUpdateVotesContent, { optionList: pollOptions(poll) }) : undefined,
    endContent:
      stage === "end" ? make(PollEndContent, { optionList: pollOptions(poll), operator: toUser(host) }) : undefined,
  });

/** A chat line as it was sent. */
export interface SentChat {
  chat: Draft<"WebcastChatMessage">;
  common: CommonMessageData;
}

export const pin = ({ chat, common }: SentChat, moderator: Viewer, at: number, isPinned: boolean) =>
  draft("WebcastRoomPinMessage", {
    method: chat.method,
    chatMessage: make(WebcastChatMessage, { ...chat.fields, common }),
    pinMsgId: common.msgId,
    pinTime: String(at),
    operator: toUser(moderator),
    action: isPinned ? PinMessageActionType.PIN : PinMessageActionType.PIN_CANCEL,
    displayDuration: "60",
  });

export const deletion = (msgId: string) => draft("WebcastImDeleteMessage", { deleteMsgIds: [msgId] });

interface Envelope {
  id: string;
  diamonds: number;
  people: number;
  roomId: string;
  /** Milliseconds since 1970. */
  opensAt: number;
}

export const envelope = (viewer: Viewer, { id, diamonds, people, roomId, opensAt }: Envelope, isNew: boolean) =>
  draft("WebcastEnvelopeMessage", {
    display: isNew ? EnvelopeDisplay.NEW : EnvelopeDisplay.HIDE,
    envelopeInfo: make(MessageRedEnvelopInfo, {
      envelopeId: id,
      businessType: EnvelopeBusinessType.BUSINESS_TYPE_USER_DIAMOND,
      sendUserId: viewer.id,
      sendUserName: viewer.nickname,
      diamondCount: diamonds,
      peopleCount: people,
      unpackAt: Math.floor(opensAt / 1000),
      roomId,
    }),
  });

export const controlActions = {
  pause: ControlAction.CONTROL_ACTION_STREAM_PAUSED,
  resume: ControlAction.CONTROL_ACTION_STREAM_UNPAUSED,
  end: ControlAction.CONTROL_ACTION_STREAM_ENDED,
  suspend: ControlAction.CONTROL_ACTION_STREAM_SUSPENDED,
} as const;

export const control = (action: keyof typeof controlActions) =>
  draft("WebcastControlMessage", { action: controlActions[action] });
