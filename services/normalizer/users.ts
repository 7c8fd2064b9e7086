import type { Payload, User } from "../../contracts/unified-event.ts";
import { amount, defined, type Fields, firstUrl, name, part, parts, reference, someText, word } from "./fields.ts";

type Person = NonNullable<Payload<"GIFT">["toUser"]>;

/** TikTok's BadgeSceneType: what a badge stands for. */
const badgeScene = { moderator: 1, subscriber: 4, topGifter: 6, newSubscriber: 7, gifterLevel: 8, team: 10 } as const;

/** Where the person who did it stands, for the messages that have them elsewhere than in `user`. */
const actors: Readonly<Record<string, (message: Fields) => unknown>> = {
  WebcastBarrageMessage: (m) => m.user ?? part(m.userGradeParam).user ?? part(m.fansLevelParam).user,
  WebcastQuestionNewMessage: (m) => part(m.data ?? m.details).user,
  WebcastLiveIntroMessage: (m) => m.user ?? m.host,
  WebcastRoomPinMessage: (m) => m.operator,
  WebcastPollMessage: ({ startContent, endContent, updateVotesContent }) =>
    [startContent, endContent, updateVotesContent]
      .map((content) => part(content).operator ?? part(content).Operator)
      .find((operator) => operator !== undefined),
  WebcastEnvelopeMessage: ({ envelopeInfo }) => {
    const { sendUserId, sendUserName, sendUserAvatar } = part(envelopeInfo);
    return { id: sendUserId, nickname: sendUserName, avatarThumb: sendUserAvatar };
  },
  WebcastGoalUpdateMessage: ({ contributorId, contributorDisplayId, contributorAvatar }) => ({
    id: contributorId,
    displayId: contributorDisplayId,
    avatarThumb: contributorAvatar,
  }),
};

/** Who did it, as far as this message says; null when it names nobody. */
export function actorOf(type: string, message: Fields): User | null {
  const actor = Object.hasOwn(actors, type) ? actors[type]?.(message) : message.user;
  return userOf(actor, message.userIdentity);
}

/**
 * A user of TikTok's (either layout) or of ours. What they are to the streamer is read from `identity`, which only
 * chats, gifts and emotes bring, and else from their badges.
 */
export function userOf(value: unknown, identity?: unknown): User | null {
  const user = part(value);
  const userId = idOf(user);
  if (userId === undefined) return null;
  const badges = parts(user.badgeList ?? user.badges);
  const has = (scene: number) => badges.some((badge) => sceneOf(badge) === scene);
  const told = part(identity);
  const { isFollower, followRole } = following(user, identity);
  return defined({
    userId,
    uniqueId: name(user.displayId ?? user.uniqueId),
    displayName: name(user.nickname ?? user.nickName ?? user.displayName),
    avatarUrl: avatarOf(user),
    isModerator: identity
      ? told.isModeratorOfAnchor === true
      : user.isModerator === true || part(user.userAttr).isAdmin === true || has(badgeScene.moderator),
    isSubscriber: identity
      ? told.isSubscriberOfAnchor === true
      : user.isSubscriber === true || has(badgeScene.subscriber) || has(badgeScene.newSubscriber),
    isFollower,
    followRole,
    gifterLevel: levelOf(badges, badgeScene.gifterLevel) ?? natural(user.gifterLevel),
    teamMemberLevel: levelOf(badges, badgeScene.team) ?? natural(user.teamMemberLevel),
    topGifterRank: rankOf(badges) ?? natural(user.topGifterRank),
  });
}

/** A person who is only named; undefined when there is none. */
export function personOf(value: unknown): Person | undefined {
  const person = part(value);
  const userId = idOf(person);
  if (userId === undefined) return undefined;
  return defined({
    userId,
    uniqueId: name(person.displayId ?? person.uniqueId) || undefined,
    displayName: name(person.nickname ?? person.nickName ?? person.displayName) || undefined,
  });
}

function idOf(user: Fields): string | undefined {
  return reference(user.id ?? user.userId);
}

/** Only web addresses: the dashboard shows them. */
function avatarOf(user: Fields): string | undefined {
  const url = someText(firstUrl(user.avatarThumb ?? user.profilePicture) ?? user.avatarUrl);
  return typeof url === "string" && /^https?:\/\//i.test(url) ? url : undefined;
}

/**
 * `followStatus` 0 may also mean "not told". 1 follows, 2 mutual, 3 seen only on followers: in 25 of 25 recorded
 * messages `userIdentity` called them one.
 */
function following(user: Fields, identity: unknown): Pick<User, "isFollower" | "followRole"> {
  const told = part(identity);
  const status = amount(part(user.followInfo).followStatus ?? user.followRole);
  if (identity) {
    const isFollower = told.isFollowerOfAnchor === true;
    return { isFollower, followRole: told.isMutualFollowingWithAnchor === true ? 2 : Number(isFollower) };
  }
  if (status >= 1 && status <= 3) return { isFollower: true, followRole: status === 2 ? 2 : 1 };
  return { isFollower: user.isFollower === true };
}

function sceneOf(badge: Fields): number {
  return amount(badge.sceneType ?? badge.badgeScene);
}

/** Levels are decoration: one that makes no sense is left out, and the message stays. */
function natural(value: unknown): number | undefined {
  const number = amount(value);
  return Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

function levelOf(badges: readonly Fields[], scene: number): number | undefined {
  const badge = badges.find((badge) => sceneOf(badge) === scene);
  return badge && natural(part(badge.privilegeLogExtra ?? badge.logExtra).level);
}

/** The rank is not a level but part of the badge's caption: `No. 1`, key `…profile1`. */
function rankOf(badges: readonly Fields[]): number | undefined {
  for (const badge of badges) {
    if (sceneOf(badge) !== badgeScene.topGifter) continue;
    const { defaultPattern, key } = part(part(badge.combine).text);
    const rank = /\d{1,3}$/.exec(word(defaultPattern)) ?? /\d{1,3}$/.exec(word(key));
    if (rank) return natural(rank[0]);
  }
  return undefined;
}
