import { growthBySession, type StreakSessions } from "./streak-sessions.ts";

/** Gifts that are no streak, of one kind and one giver; bigint comes as a string. */
export interface SingleGifts {
  gift_id: string;
  gift_name: string;
  user_ref: string | null;
  gifts: string;
  coins: string;
}

/** What the frames of one streak told in one of the sessions that are looked at. */
export interface StreakFrames {
  streak_id: string;
  session_id: string;
  gift_id: string;
  gift_name: string;
  user_ref: string | null;
  /** Their lowest seqNo and highest figures, until the end of the range. */
  seq: string;
  gifts: string;
  coins: string;
  /** The same before its beginning; null when there was no frame. */
  seq_before: string | null;
  gifts_before: string | null;
  coins_before: string | null;
  /** What is counted of the streak in all its sessions, if there are others (gift_streaks.sessions). */
  sessions: StreakSessions | null;
}

export interface GiftSums {
  gifts: number;
  coins: number;
  /** By giftId. */
  byGift: Map<string, { giftName: string; gifts: number; coins: number }>;
  /** By user_ref. */
  byGiver: Map<string, { gifts: number; coins: number }>;
}

/**
 * What gifts come to: a streak by what it grew in these sessions and this range, so that parts add up to the whole and the
 * whole is what the projections count (projections.ts).
 */
export function giftFigures(
  sessions: readonly string[],
  singles: readonly SingleGifts[],
  frames: readonly StreakFrames[],
): GiftSums {
  const sums: GiftSums = { gifts: 0, coins: 0, byGift: new Map(), byGiver: new Map() };
  for (const { gift_id, gift_name, user_ref, gifts, coins } of singles) {
    add(sums, { gift_id, gift_name, user_ref }, Number(gifts), Number(coins));
  }
  for (const streak of Map.groupBy(frames, (frame) => frame.streak_id).values()) {
    const first = streak[0] as StreakFrames;
    const elsewhere = Object.entries(first.sessions ?? {}).filter(([session]) => !sessions.includes(session));
    const now = growthIn(sessions, [...elsewhere, ...streak.map(asOfEnd)]);
    const before = growthIn(sessions, [...elsewhere, ...streak.flatMap(asOfBeginning)]);
    add(sums, first, now.gifts - before.gifts, now.coins - before.coins);
  }
  return sums;
}

function add(
  sums: GiftSums,
  { gift_id, gift_name, user_ref }: Pick<SingleGifts, "gift_id" | "gift_name" | "user_ref">,
  gifts: number,
  coins: number,
): void {
  const gift = sums.byGift.get(gift_id) ?? { giftName: gift_name, gifts: 0, coins: 0 };
  const giver = user_ref === null ? undefined : (sums.byGiver.get(user_ref) ?? { gifts: 0, coins: 0 });
  for (const sum of [sums, gift, giver]) {
    if (!sum) continue;
    sum.gifts += gifts;
    sum.coins += coins;
  }
  sums.byGift.set(gift_id, gift);
  if (user_ref !== null && giver) sums.byGiver.set(user_ref, giver);
}

type SessionEntry = [sessionId: string, total: StreakSessions[string]];

const asOfEnd = ({ session_id, seq, gifts, coins }: StreakFrames): SessionEntry => [
  session_id,
  { seq: Number(seq), gifts: Number(gifts), coins: Number(coins) },
];

const asOfBeginning = ({ session_id, seq_before, gifts_before, coins_before }: StreakFrames): SessionEntry[] =>
  seq_before === null
    ? []
    : [[session_id, { seq: Number(seq_before), gifts: Number(gifts_before), coins: Number(coins_before) }]];

function growthIn(sessions: readonly string[], totals: readonly SessionEntry[]): { gifts: number; coins: number } {
  const sum = { gifts: 0, coins: 0 };
  for (const [session, { gifts, coins }] of growthBySession(Object.fromEntries(totals))) {
    if (!sessions.includes(session)) continue;
    sum.gifts += gifts;
    sum.coins += coins;
  }
  return sum;
}
