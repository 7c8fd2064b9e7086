import { describe, expect, it } from "vitest";
import type { RawEnvelope } from "../../contracts/raw-envelope.ts";
import type { EventOf, UnifiedEvent } from "../../contracts/unified-event.ts";
import { type Random, seeded, shuffled, split } from "../../test/support/random.ts";
import { normalize } from "../normalizer/normalize.ts";
import { addGrowth, fold, type StreakCounted } from "../storage/projections.ts";
import { GIFT, streakFrameOf } from "./gift-frame.ts";
import { type Closing, type Marks, SILENCE_MS, STREAK_CLOSED, Streaks } from "./streaks.ts";

/** A room as TikTok sends it, less what is lost: gifts in random order, some again, ends late or never. */
interface Frame {
  at: number;
  msgId: string;
  user: string;
  gift: { id: number; price: number; type: number };
  groupId: string;
  count: number;
  isEnd: boolean;
}

const STREAM = "7300";
const gifts = [
  { id: 5655, price: 1, type: 1 },
  { id: 5269, price: 30, type: 1 },
  { id: 6064, price: 99, type: 2 },
];

function showOf(random: Random): Frame[] {
  const frames: Frame[] = [];
  let ids = 0;
  for (let given = 0; given < 6; given++) {
    const of = { user: String(1 + random(3)), gift: gifts[random(3)] as Frame["gift"] };
    let at = random(40_000);
    const isStreak = of.gift.type === 1 && random(5) > 0;
    if (!isStreak) {
      frames.push({ ...of, at, msgId: `m${ids++}`, groupId: "0", count: 1, isEnd: false });
      continue;
    }
    const streak = { ...of, groupId: String(1_696_000_000_000 + random(3)) }; // some share it
    const total = 1 + random(8);
    for (let count = 1; count <= total; count++) {
      at += 200 + random(3_000);
      if (random(5) > 0) frames.push({ ...streak, at, msgId: `m${ids++}`, count, isEnd: false });
    }
    const late = random(3) === 0 ? random(40_000) : 1_000;
    if (random(2) === 0) frames.push({ ...streak, at: at + late, msgId: `m${ids++}`, count: total, isEnd: true });
  }
  const again = frames.filter(() => random(4) === 0).map((frame) => ({ ...frame, at: frame.at + random(30_000) }));
  const jittered = [...frames, ...again].map((frame) => ({ ...frame, at: frame.at + random(4_000) }));
  return jittered.toSorted((a, b) => a.at - b.at);
}

/** What the room's actors make of it: the entries of ttlc:raw. Sessions change, and so do the processes behind them. */
function follow(frames: readonly Frame[], random: Random): RawEnvelope[] {
  const raws: RawEnvelope[] = [];
  const seen = new Set<string>();
  const hash: Record<string, string> = {}; // of the room, in Redis
  let streaks = new Streaks();
  let session = 0;
  /** The publish script: once, with what is noted of it. */
  const publish = (type: string, msgId: string, data: object, at: number, marks?: Marks | null) => {
    Object.assign(hash, marks);
    if (seen.has(`${type} ${msgId}`)) return;
    seen.add(`${type} ${msgId}`);
    const timestamp = new Date(Date.UTC(2026, 2, 1) + at).toISOString();
    raws.push({
      ...{ schemaVersion: "raw.v1", source: "live", streamId: STREAM, sessionId: sessionId(session), encoding: "json" },
      ...{ type, msgId, seqNo: raws.length + 1, timestamp, ingestedAt: timestamp, data: JSON.stringify(data) },
    });
  };
  const close = (closings: readonly Closing[], at: number) => {
    for (const { id, data, marks } of closings) publish(STREAK_CLOSED, id, data, at, marks);
  };
  for (const frame of frames) {
    close(streaks.closeSilent(frame.at - SILENCE_MS), frame.at);
    if (random(15) === 0) session++;
    if (random(20) === 0) {
      streaks = new Streaks();
      streaks.restore(hash, frame.at);
    }
    const data = messageOf(frame);
    const taken = streakFrameOf(Buffer.from(JSON.stringify(data)), STREAM);
    publish(GIFT, frame.msgId, data, frame.at, taken && streaks.take(taken, frame.at));
  }
  close(random(2) === 0 ? streaks.closeAll("streamEnd") : streaks.closeSilent(Number.POSITIVE_INFINITY), 200_000);
  return raws;
}

const sessionId = (n: number) => `00000000-0000-4000-8000-0000000000${String(n).padStart(2, "0")}`;

const messageOf = ({ user, gift, groupId, count, isEnd }: Frame) => ({
  user: { userId: user, uniqueId: `u${user}`, nickname: `U ${user}` },
  giftId: gift.id,
  giftDetails: { giftName: "Gift", giftType: gift.type, diamondCount: gift.price },
  groupId,
  repeatCount: count,
  repeatEnd: isEnd ? 1 : 0,
});

type Totals = Record<string, number>;
const add = (totals: Totals, key: string, coins: number) => {
  if (coins > 0) totals[key] = (totals[key] ?? 0) + coins;
};

/** What everybody gave in all and in each session, read off the frames in the order they were published. */
function oracle(raws: readonly RawEnvelope[]) {
  const highest: Totals = {};
  const users: Totals = {};
  const sessions: Totals = {};
  for (const { type, data, sessionId } of raws) {
    if (type !== GIFT) continue;
    const { user, giftId, giftDetails, groupId, repeatCount } = JSON.parse(data as string) as ReturnType<
      typeof messageOf
    >;
    const key = `${user.userId} ${giftId} ${groupId}`;
    const before = groupId === "0" ? 0 : (highest[key] ?? 0);
    const grown = Math.max(0, repeatCount - before) * giftDetails.diamondCount;
    highest[key] = Math.max(before, repeatCount);
    add(users, user.userId, grown);
    add(sessions, `${sessionId} ${user.userId}`, grown);
  }
  return { users, sessions, diamonds: Object.values(users).reduce((sum, coins) => sum + coins, 0) };
}

/** The same from storage's fold, batch by batch, as `project` keeps it. */
function folded(batches: Iterable<readonly UnifiedEvent[]>) {
  const counted = new Map<string, StreakCounted>();
  const users: Totals = {};
  const sessions: Totals = {};
  let diamonds = 0;
  for (const batch of batches) {
    const deltas = fold(batch.map((event, i) => ({ event, userRef: event.user?.userId ?? null, position: BigInt(i) })));
    addGrowth(deltas, counted);
    for (const streak of deltas.streaks.values()) {
      const before = counted.get(streak.streak_id);
      const [gifts, coins] = [Math.max(streak.gifts, before?.gifts ?? 0), Math.max(streak.coins, before?.coins ?? 0)];
      counted.set(streak.streak_id, { gifts, coins, sessions: streak.sessions });
    }
    for (const { user_ref, coins } of deltas.streamUsers.values()) users[user_ref] = (users[user_ref] ?? 0) + coins;
    for (const { session_id, user_ref, coins } of deltas.sessionUsers.values()) {
      sessions[`${session_id} ${user_ref}`] = (sessions[`${session_id} ${user_ref}`] ?? 0) + coins;
    }
    for (const stream of deltas.streams.values()) diamonds += stream.diamonds;
  }
  return { users, sessions: Object.fromEntries(Object.entries(sessions).filter(([, coins]) => coins !== 0)), diamonds };
}

const INTERLEAVINGS = 1_500;

describe(`in ${INTERLEAVINGS} random interleavings of gifts`, () => {
  const shows = Array.from({ length: INTERLEAVINGS }, (_, seed) => {
    const random = seeded(seed + 1);
    const raws = follow(showOf(random), random);
    const events = raws.map((raw) => normalize(raw, new Date(0)).event);
    return { random, raws, events };
  });
  const giftsOf = (events: readonly UnifiedEvent[]) =>
    events.filter((event): event is UnifiedEvent & EventOf<"GIFT"> => event.eventType === "GIFT");

  it("totals per user and session are the oracle's, in whatever order and batches they are stored", () => {
    for (const { random, raws, events } of shows) {
      const expected = oracle(raws);
      expect(folded([events])).toEqual(expected);
      expect(folded(split(shuffled(events, random), random))).toEqual(expected);
    }
  });

  it("a replay has the same totals", () => {
    for (const { raws, events } of shows.slice(0, 300)) {
      const replayed = raws.map((raw) => normalize({ ...raw, source: "replay" }, new Date()).event);
      expect(folded([replayed])).toEqual(folded([events]));
    }
  });

  it("every streak has a final event, and none says more than its frames", () => {
    let closed = 0;
    for (const { events } of shows) {
      const streaks = Map.groupBy(giftsOf(events), ({ payload }) => payload.streakId);
      streaks.delete(undefined);
      for (const frames of streaks.values()) {
        const made = frames.filter(({ subType }) => subType === "STREAK_CLOSED");
        const most = Math.max(
          ...frames.filter((frame) => !made.includes(frame)).map((frame) => frame.payload.giftCount),
        );
        expect(frames.some(({ payload }) => payload.streakState === "final")).toBe(true);
        for (const { payload } of made) expect(payload.giftCount).toBeLessThanOrEqual(most);
        closed += made.length;
      }
    }
    expect(closed).toBeGreaterThan(INTERLEAVINGS);
  });

  it("no streak is closed after its end, or twice at the same count", () => {
    for (const { events } of shows) {
      const over = new Map<string | undefined, number>();
      for (const { payload, subType } of giftsOf(events)) {
        const { streakId, streakState, giftCount } = payload;
        if (subType === "STREAK_CLOSED") expect(giftCount).toBeGreaterThan(over.get(streakId) ?? 0);
        if (streakState === "final") over.set(streakId, Math.max(giftCount, over.get(streakId) ?? 0));
      }
    }
  });
});
