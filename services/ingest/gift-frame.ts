import { JsonError, parseJson } from "../../lib/json.ts";
import { streakId } from "../../lib/streak-id.ts";
import { isTooLarge } from "./raw-message.ts";
import { fields } from "./wire.ts";

/** The only messages that are looked into. */
export const GIFT = "WebcastGiftMessage";

/** One frame of a gift streak, as far as the room's actor needs to understand it. */
export interface StreakFrame {
  /** As the normalizer makes it: the frame's event has the same. */
  streakId: string;
  /** How many so far. */
  count: number;
  isEnd: boolean;
  given: Given;
}

/** What of a streak is the same in all its frames, as `ttlc.GiftStreakClosed` says it (normalizer/gifts.ts). */
export interface Given {
  giftId: string;
  giftName: string;
  /** Price of one gift. */
  diamondCount: number;
  user?: Person & { avatarUrl?: string };
  /** What they are to the streamer; absent when the frame does not say. */
  userIdentity?: Identity;
  toUser?: Person;
  imageUrl?: string;
}

interface Person {
  userId: string;
  uniqueId: string;
  displayName: string;
}

interface Identity {
  isModeratorOfAnchor: boolean;
  isSubscriberOfAnchor: boolean;
  isFollowerOfAnchor: boolean;
  isMutualFollowingWithAnchor: boolean;
}

/** gift.type of gifts that may be sent as a streak. */
const COMBO = 1;
/** Of a name or address: more of it is noise, and up to a thousand streaks of a room are remembered. */
const MAX_TEXT = 1_024;

/**
 * The frame of a streak in a gift message, protobuf or JSON; undefined when it is a gift of its own (no number of a
 * combo, or a gift that cannot be sent as a streak) or none that the normalizer would take.
 */
export function streakFrameOf(payload: Uint8Array, streamId: string): StreakFrame | undefined {
  if (isTooLarge(payload)) return undefined; // goes without its data, so that its event is no gift
  try {
    const message = payload[0] === JSON_BEGINS ? fromJson(payload) : fromWire(payload);
    return frameOf(message, streamId);
  } catch (error) {
    if (error instanceof RangeError || error instanceof JsonError) return undefined; // no such message
    throw error;
  }
}

/** `{`: in protobuf a group, which TikTok does not send. */
const JSON_BEGINS = 0x7b;

/** A gift message in the connector's layout, of either origin; everything may be missing. */
interface Message {
  giftId: unknown;
  groupId: unknown;
  repeatCount: unknown;
  repeatEnd: unknown;
  user: Named | undefined;
  toUser: Named | undefined;
  gift: { id: unknown; type: unknown; diamondCount: unknown; name: unknown; imageUrl: unknown };
  identity: Identity | undefined;
}

interface Named {
  id: unknown;
  handle: unknown;
  name: unknown;
  avatarUrl?: unknown;
}

function frameOf({ gift, identity, ...message }: Message, streamId: string): StreakFrame | undefined {
  const giftId = [idOf(message.giftId), idOf(gift.id)].find((id) => /^[1-9]\d{0,19}$/.test(id));
  const groupId = idOf(message.groupId);
  const count = Number(message.repeatCount ?? 0);
  const diamondCount = Number(gift.diamondCount ?? 0);
  if (giftId === undefined || groupId === "" || Number(gift.type) !== COMBO) return undefined;
  if (!isAmount(count) || !isAmount(diamondCount) || !isAmount(count * diamondCount)) return undefined;
  const user = personOf(message.user);
  const toUser = personOf(message.toUser);
  const avatarUrl = textOf(message.user?.avatarUrl);
  const imageUrl = textOf(gift.imageUrl);
  return {
    streakId: streakId(streamId, user?.userId ?? "", giftId, groupId),
    count,
    isEnd: message.repeatEnd === true || Number(message.repeatEnd ?? 0) === 1,
    given: {
      giftId,
      giftName: textOf(gift.name),
      diamondCount,
      ...(user && { user: { ...user, ...(avatarUrl && { avatarUrl }) } }),
      ...(identity && { userIdentity: identity }),
      ...(toUser && { toUser }),
      ...(imageUrl && { imageUrl }),
    },
  };
}

function personOf(named: Named | undefined): Person | undefined {
  const userId = idOf(named?.id);
  return userId === "" ? undefined : { userId, uniqueId: textOf(named?.handle), displayName: textOf(named?.name) };
}

const isAmount = (value: number) => Number.isSafeInteger(value) && value >= 0;

/** "" for none: a 64-bit field that was not set is 0. */
function idOf(value: unknown): string {
  const id = typeof value === "number" || typeof value === "bigint" ? String(value) : textOf(value);
  return id === "0" ? "" : id;
}

const textOf = (value: unknown): string => (typeof value === "string" ? value.slice(0, MAX_TEXT) : "");

/** tiktok-live-proto 0.2.3: the numbers of the fields that are read, by message. */
function fromWire(bytes: Uint8Array): Message {
  const message = read(bytes);
  const gift = read(message.get(15));
  return {
    giftId: int64(message.get(2)),
    groupId: int64(message.get(11)),
    repeatCount: int32(message.get(5)),
    repeatEnd: int32(message.get(9)),
    user: userIn(message.get(7)),
    toUser: userIn(message.get(8)),
    gift: {
      id: int64(gift.get(5)),
      type: int32(gift.get(11)),
      diamondCount: int32(gift.get(12)),
      name: string(gift.get(16)),
      imageUrl: imageIn(gift.get(1)) ?? imageIn(gift.get(21)),
    },
    identity: identityIn(message.get(32)),
  };
}

type Field = bigint | Uint8Array | undefined;

/** The fields of a message by number, the last of each. */
function read(bytes: Field): ReadonlyMap<number, Field> {
  const found = new Map<number, Field>();
  if (bytes instanceof Uint8Array) for (const { number, value } of fields(bytes)) found.set(number, value);
  return found;
}

function userIn(bytes: Field): Named | undefined {
  if (!(bytes instanceof Uint8Array)) return undefined;
  const user = read(bytes);
  return {
    id: int64(user.get(1)),
    handle: string(user.get(38)),
    name: string(user.get(3)),
    avatarUrl: imageIn(user.get(9)),
  };
}

function identityIn(bytes: Field): Identity | undefined {
  if (!(bytes instanceof Uint8Array)) return undefined;
  const identity = read(bytes);
  return {
    isModeratorOfAnchor: isSet(identity.get(5)),
    isSubscriberOfAnchor: isSet(identity.get(2)),
    isFollowerOfAnchor: isSet(identity.get(4)),
    isMutualFollowingWithAnchor: isSet(identity.get(3)),
  };
}

/** Its first address. */
function imageIn(bytes: Field): string | undefined {
  if (!(bytes instanceof Uint8Array)) return undefined;
  for (const { number, value } of fields(bytes)) if (number === 1) return string(value);
  return undefined;
}

const int64 = (value: Field) => (typeof value === "bigint" ? BigInt.asIntN(64, value) : undefined);
const int32 = (value: Field) => (typeof value === "bigint" ? Number(BigInt.asIntN(32, value)) : undefined);
const isSet = (value: Field) => typeof value === "bigint" && value !== 0n;
const string = (value: Field) => (value instanceof Uint8Array ? Buffer.from(value).toString() : undefined);

type Json = Readonly<Record<string, unknown>>;

/** Euler's layout (schema v2), and the connector's where they differ. @throws JsonError */
function fromJson(bytes: Uint8Array): Message {
  const message = objectIn(parseJson(Buffer.from(bytes).toString()));
  const gift = objectIn(message.gift ?? message.giftDetails);
  return {
    giftId: message.giftId,
    groupId: message.groupId,
    repeatCount: message.repeatCount,
    repeatEnd: message.repeatEnd,
    user: namedIn(message.user),
    toUser: namedIn(message.toUser),
    gift: {
      id: gift.id,
      type: gift.type ?? gift.giftType,
      diamondCount: gift.diamondCount,
      name: gift.name ?? gift.giftName,
      imageUrl: firstUrl(gift.image ?? gift.giftImage ?? gift.icon),
    },
    identity: identityOf(message.userIdentity),
  };
}

function namedIn(value: unknown): Named | undefined {
  if (value === undefined) return undefined;
  const user = objectIn(value);
  return {
    id: user.id ?? user.userId,
    handle: user.displayId ?? user.uniqueId,
    name: user.nickname ?? user.nickName,
    avatarUrl: firstUrl(user.avatarThumb ?? user.profilePicture),
  };
}

function identityOf(value: unknown): Identity | undefined {
  if (value === undefined || value === null) return undefined;
  const identity = objectIn(value);
  return {
    isModeratorOfAnchor: identity.isModeratorOfAnchor === true,
    isSubscriberOfAnchor: identity.isSubscriberOfAnchor === true,
    isFollowerOfAnchor: identity.isFollowerOfAnchor === true,
    isMutualFollowingWithAnchor: identity.isMutualFollowingWithAnchor === true,
  };
}

function firstUrl(image: unknown): unknown {
  const { urlList, url } = objectIn(image);
  const list = urlList ?? url;
  return Array.isArray(list) ? list[0] : undefined;
}

const objectIn = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});
