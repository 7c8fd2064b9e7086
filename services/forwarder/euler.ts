import type { EventOf, EventType, UnifiedEvent, User } from "../../contracts/unified-event.ts";

/** A message of Euler's envelope: TikTok's type, and its content under the names of Euler's schema v2. */
export interface EulerMessage {
  type: string;
  data: Record<string, unknown>;
}

/** Euler's envelope, as its WebSocket sends it. */
export interface EulerBundle {
  /** Unix milliseconds. */
  timestamp: number;
  messages: EulerMessage[];
}

/** What Euler has no message for goes as this, with the event as it is. */
const OURS = "ttlc.event";

/** TikTok's type of gift that may be sent as a streak. */
const COMBO = 1;
/** TikTok's BadgeSceneType of what a badge of a level stands for. */
const badgeScene = { moderator: 1, subscriber: 4, gifterLevel: 8, team: 10 } as const;

export const eulerBundle = (events: readonly UnifiedEvent[], now: Date): EulerBundle => ({
  timestamp: now.getTime(),
  messages: events.map(eulerMessage),
});

/** An event as the message it was made of: what the event does not say is left out. */
export function eulerMessage(event: UnifiedEvent): EulerMessage {
  const toMessage = messages[event.eventType] as ((event: UnifiedEvent) => EulerMessage | undefined) | undefined;
  return toMessage?.(event) ?? { type: OURS, data: { ...event } };
}

const messages: { [Type in EventType]?: (event: EventOf<Type>) => EulerMessage | undefined } = {
  CHAT: (event) =>
    message("WebcastChatMessage", event, {
      comment: event.payload.message ?? "", // an erased one has none
      contentLanguage: event.payload.language ?? "",
      emotes: (event.payload.emotes ?? []).map(({ emoteId, imageUrl, at = 0 }) => ({
        placeInComment: at,
        emote: { emoteId, ...(imageUrl && { image: { imageUrl } }) },
      })),
      ...(event.payload.mentions?.[0] && { atUser: person(event.payload.mentions[0]) }),
      ...identityOf(event.user),
    }),
  GIFT: (event) => {
    const { giftId, giftName, giftCount, diamondCount, streakable, streakId, streakState, toUser, imageUrl } =
      event.payload;
    return message("WebcastGiftMessage", event, {
      giftId: Number(giftId),
      giftDetails: {
        id: giftId,
        giftName,
        diamondCount,
        giftType: streakable ? COMBO : 2,
        combo: streakable,
        ...(imageUrl && { giftImage: image(imageUrl) }),
      },
      groupId: streakId ? BigInt(`0x${streakId.slice(0, 15)}`).toString() : "0",
      repeatCount: giftCount,
      comboCount: giftCount,
      groupCount: 1,
      repeatEnd: streakState === "progress" ? 0 : 1,
      ...(toUser && { toUser: person(toUser) }),
      ...identityOf(event.user),
    });
  },
  LIKE: (event) =>
    message("WebcastLikeMessage", event, {
      likeCount: event.payload.count,
      ...(event.payload.total !== undefined && { totalLikeCount: event.payload.total }),
    }),
  JOIN: (event) =>
    message("WebcastMemberMessage", event, {
      action: 1,
      ...(event.payload.memberCount !== undefined && { memberCount: event.payload.memberCount }),
      clientEnterSource: event.payload.via ?? "",
    }),
  FOLLOW: (event) =>
    message("WebcastSocialMessage", event, {
      action: "1",
      ...(event.payload.followCount !== undefined && { followCount: event.payload.followCount }),
    }),
  SHARE: (event) =>
    message("WebcastSocialMessage", event, {
      action: "3",
      shareTarget: event.payload.target ?? "",
      ...(event.payload.shareCount !== undefined && { shareCount: event.payload.shareCount }),
    }),
  SUBSCRIBE: (event) => message("WebcastSubNotifyMessage", event, { subMonth: String(event.payload.months ?? 1) }),
  EMOTE: (event) =>
    message("WebcastEmoteChatMessage", event, {
      emoteList: event.payload.emotes.map(({ emoteId, imageUrl }) => ({
        emoteId,
        ...(imageUrl && { image: image(imageUrl) }),
      })),
      ...identityOf(event.user),
    }),
  ROOM_USER: (event) =>
    message("WebcastRoomUserSeqMessage", ofNobody(event), {
      viewerCount: event.payload.viewers,
      ...(event.payload.totalViewers !== undefined && { totalUser: event.payload.totalViewers }),
      ranksList: (event.payload.top ?? []).map(({ score = 0, ...who }, i) => ({
        coinCount: score,
        rank: i + 1,
        user: person(who),
      })),
    }),
  STREAM_END: (event) => message("WebcastControlMessage", ofNobody(event), { action: event.payload.action }),
  CONNECTED: () => ({ type: "tiktok.connect", data: { agentId: "ttlc" } }),
  DISCONNECTED: ({ payload }) => ({ type: "tiktok.disconnect", data: { reason: payload.code } }),
};

/** A type's message, with who did it and what all messages have. */
function message(type: string, event: UnifiedEvent, fields: Record<string, unknown>): EulerMessage {
  const common = {
    method: type,
    msgId: event.msgId ?? "0",
    roomId: event.streamId,
    createTime: String(Date.parse(event.timestamp)),
  };
  return { type, data: { common, ...(event.user && { user: whole(event.user) }), ...fields } };
}

/** Of types that say nothing of who did it. */
const ofNobody = (event: UnifiedEvent): UnifiedEvent => ({ ...event, user: null });

function whole(user: User): object {
  const { isFollower, isModerator, isSubscriber, followRole, gifterLevel, teamMemberLevel, avatarUrl } = user;
  const level = (scene: number, value: number | undefined) =>
    value === undefined ? [] : [{ badgeScene: scene, logExtra: { level: String(value) } }];
  return {
    ...person(user),
    ...(avatarUrl && { profilePicture: image(avatarUrl) }),
    followInfo: { followStatus: String(followRole ?? Number(isFollower)) },
    userAttr: { isAdmin: isModerator },
    badges: [
      ...(isModerator ? [{ badgeScene: badgeScene.moderator }] : []),
      ...(isSubscriber ? [{ badgeScene: badgeScene.subscriber }] : []),
      ...level(badgeScene.gifterLevel, gifterLevel),
      ...level(badgeScene.team, teamMemberLevel),
    ],
  };
}

const person = (who: { userId: string; uniqueId?: string; displayName?: string }) => ({
  userId: who.userId,
  uniqueId: who.uniqueId ?? "",
  nickname: who.displayName ?? "",
});

/** Of messages with TikTok's full account of who somebody is to the streamer: those have a follow role. */
function identityOf(user: User | null): object {
  if (user?.followRole === undefined) return {};
  return {
    userIdentity: {
      isModeratorOfAnchor: user.isModerator,
      isSubscriberOfAnchor: user.isSubscriber,
      isFollowerOfAnchor: user.isFollower,
      isMutualFollowingWithAnchor: user.followRole === 2,
    },
  };
}

const image = (url: string) => ({ url: [url] });
