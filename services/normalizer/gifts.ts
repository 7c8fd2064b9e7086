import type { Payload } from "../../contracts/unified-event.ts";
import { streakId } from "../../lib/streak-id.ts";
import { amount, type Fields, id, part, pictureUrl, reference, text } from "./fields.ts";
import { personOf } from "./users.ts";

/** gift.type of gifts that may be sent as a streak: one frame per step, `repeatCount` counting up. */
const COMBO = 1;

/**
 * One frame of a gift. A streak's frames arrive out of order (recorded: 13, 15, 14, 17, 16) and its last one may be
 * missing; then the room's actor closes it, see `streakClosed`.
 */
export function gift(message: Fields, streamId: string): Payload<"GIFT"> {
  const kind = part(message.gift ?? message.giftDetails);
  const giftId = id(message.giftId) ?? id(kind.id);
  const groupId = reference(message.groupId);
  const streakable = amount(kind.type ?? kind.giftType) === COMBO && groupId !== undefined;
  const ended = message.repeatEnd === true || amount(message.repeatEnd) === 1;
  const { id: userId, userId: userIdV2 } = part(message.user);
  return payload({
    giftId,
    name: kind.name ?? kind.giftName,
    count: message.repeatCount,
    price: kind.diamondCount,
    streakable,
    streakId:
      streakable && giftId ? streakId(streamId, reference(userId ?? userIdV2) ?? "", giftId, groupId) : undefined,
    streakState: streakable ? (ended ? "final" : "progress") : "none",
    closedBy: streakable && ended ? "end" : undefined,
    toUser: message.toUser,
    imageUrl: pictureUrl(kind.image ?? kind.giftImage ?? kind.icon),
  });
}

/** `ttlc.GiftStreakClosed`: the room's actor saw no end of a streak, and says what it had come to. */
export function streakClosed(message: Fields): Payload<"GIFT"> {
  return payload({
    giftId: id(message.giftId),
    name: message.giftName,
    count: message.giftCount,
    price: message.diamondCount,
    streakable: true,
    streakId: text(message.streakId),
    streakState: "final",
    closedBy: text(message.closedBy) as Payload<"GIFT">["closedBy"],
    toUser: message.toUser,
    imageUrl: pictureUrl({ imageUrl: message.imageUrl }),
  });
}

interface Parts extends Pick<Payload<"GIFT">, "streakable" | "streakId" | "streakState" | "closedBy" | "imageUrl"> {
  giftId: string | undefined;
  name: unknown;
  count: unknown;
  price: unknown;
  toUser: unknown;
}

function payload({ giftId, name, count, price, toUser, ...rest }: Parts): Payload<"GIFT"> {
  const giftCount = amount(count);
  const diamondCount = amount(price);
  return {
    giftId: giftId as string,
    giftName: text(name),
    giftCount,
    diamondCount,
    coins: diamondCount * giftCount,
    streakable: rest.streakable,
    streakId: rest.streakId,
    streakState: rest.streakState,
    closedBy: rest.closedBy,
    toUser: personOf(toUser),
    imageUrl: rest.imageUrl,
  };
}
