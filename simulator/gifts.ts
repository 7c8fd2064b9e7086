import { Gift } from "tiktok-live-proto/v3";
import { make } from "./codec.ts";
import type { Random } from "./random.ts";

/** What can be given. Names are invented or generic, prices like TikTok's. */
export interface GiftKind {
  id: string;
  name: string;
  diamonds: number;
  /** Sent again by tapping on: type 1 in TikTok's numbering, all others are type 2. */
  streakable: boolean;
  /** How often, relative to the others: mostly pennies, rarely a fortune. */
  share: number;
}

const kind = (id: number, name: string, diamonds: number, streakable: boolean, share: number): GiftKind => ({
  id: String(id),
  name,
  diamonds,
  streakable,
  share,
});

export const giftKinds: readonly GiftKind[] = [
  kind(5655, "Rose", 1, true, 420),
  kind(90001, "Tiny Heart", 1, true, 180),
  kind(90002, "High Five", 1, true, 90),
  kind(90003, "Ice Lolly", 5, true, 90),
  kind(90004, "Thumbs Up", 9, true, 55),
  kind(90005, "Doughnut", 30, true, 48),
  kind(90006, "Paper Plane", 99, true, 26),
  kind(90007, "Sunglasses", 199, true, 12),
  kind(90008, "Disco Ball", 299, false, 10),
  kind(90009, "Confetti Rain", 500, false, 7),
  kind(90010, "Hot Air Balloon", 1_000, false, 4),
  kind(90011, "Night Train", 2_988, false, 1.6),
  kind(90012, "Roller Coaster", 9_999, false, 0.5),
  kind(90013, "Lighthouse", 15_000, false, 0.25),
  kind(90014, "Galaxy Parade", 30_000, false, 0.1),
];

const shares = Object.fromEntries(giftKinds.map(({ id, share }) => [id, share]));

export function pickGift(random: Random): GiftKind {
  const id = random.weighted(shares);
  return giftKinds.find((kind) => kind.id === id) as GiftKind;
}

export function toGift({ id, name, diamonds, streakable }: GiftKind): Gift {
  return make(Gift, {
    id,
    name,
    describe: `sent ${name}`,
    diamondCount: diamonds,
    type: streakable ? 1 : 2,
    combo: streakable,
    isDisplayedOnPanel: true,
  });
}

/** As `webcast/gift/list/` answers: ids are numbers there. */
export function giftList(): object[] {
  return giftKinds.map(({ id, name, diamonds, streakable }) => ({
    id: Number(id),
    name,
    describe: `sent ${name}`,
    diamond_count: diamonds,
    type: streakable ? 1 : 2,
    combo: streakable,
  }));
}
