import {
  BadgeSceneType,
  BadgeStruct,
  FansClubInfo,
  FollowInfo,
  MessageCommonText as MessageText,
  PrivilegeLogExtra,
  type MessageCommonText as Text,
  TextPiece,
  TextPieceUser,
  User,
  UserAttr,
  UserIdentity,
} from "tiktok-live-proto/v3";
import { make } from "./codec.ts";
import type { Viewer } from "./crowd.ts";

const badge = (sceneType: BadgeSceneType, level = 0) =>
  make(BadgeStruct, {
    sceneType,
    display: true,
    privilegeLogExtra: make(PrivilegeLogExtra, { dataVersion: "2", level: String(level) }),
  });

/** Without pictures: nobody who watches a simulated room should load one from afar. */
export function toUser(viewer: Viewer): User {
  const badges: BadgeStruct[] = [];
  if (viewer.isModerator) badges.push(badge(BadgeSceneType.ADMIN));
  if (viewer.isSubscriber) badges.push(badge(BadgeSceneType.SUBSCRIBER, viewer.months));
  if (viewer.gifterLevel > 0) badges.push(badge(BadgeSceneType.USER_GRADE, viewer.gifterLevel));
  if (viewer.teamLevel > 0) badges.push(badge(BadgeSceneType.FANS, viewer.teamLevel));
  return make(User, {
    id: viewer.id,
    idStr: viewer.id,
    nickname: viewer.nickname,
    displayId: viewer.handle,
    secUid: viewer.secUid,
    badgeList: badges,
    followInfo: make(FollowInfo, { followStatus: viewer.isMutual ? "2" : viewer.isFollower ? "1" : "0" }),
    fansClubInfo: make(FansClubInfo, { fansLevel: String(viewer.teamLevel) }),
    userAttr: make(UserAttr, { isAdmin: viewer.isModerator }),
    isSubscribe: viewer.isSubscriber,
  });
}

export const identity = (viewer: Viewer) =>
  make(UserIdentity, {
    isModeratorOfAnchor: viewer.isModerator,
    isSubscriberOfAnchor: viewer.isSubscriber,
    isFollowerOfAnchor: viewer.isFollower,
    isMutualFollowingWithAnchor: viewer.isMutual,
    isGiftGiverOfAnchor: viewer.given > 0,
  });

/** The sentence the app shows; piece type 11 is a person. */
export const sentence = (key: string, defaultPattern: string, ...people: Viewer[]): Text =>
  make(MessageText, {
    key,
    defaultPattern,
    pieces: people.map((viewer) =>
      make(TextPiece, { type: 11, userValue: make(TextPieceUser, { user: toUser(viewer) }) }),
    ),
  });
