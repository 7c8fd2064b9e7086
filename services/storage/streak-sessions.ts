/** What a streak had come to, highest count, in each of its sessions. As `gift_streaks.sessions` keeps it (migration 0014). */
export type StreakSessions = Record<string, SessionTotal>;

interface SessionTotal {
  /** The lowest of its frames there. */
  seq: number;
  gifts: number;
  coins: number;
}

/** Adds a frame, or all that another batch knew of the session. */
export function raiseSession(sessions: StreakSessions, sessionId: string, { seq, gifts, coins }: SessionTotal): void {
  const known = sessions[sessionId];
  sessions[sessionId] = {
    seq: Math.min(seq, known?.seq ?? seq),
    gifts: Math.max(gifts, known?.gifts ?? 0),
    coins: Math.max(coins, known?.coins ?? 0),
  };
}

/** Both together, in whatever order. */
export function mergeSessions(a: StreakSessions, b: StreakSessions): StreakSessions {
  const merged = { ...a };
  for (const [sessionId, total] of Object.entries(b)) raiseSession(merged, sessionId, total);
  return merged;
}

/** What the streak grew by in each session: counts are cumulative, also over a reconnect. */
export function growthBySession(sessions: StreakSessions): Map<string, { gifts: number; coins: number }> {
  const growth = new Map<string, { gifts: number; coins: number }>();
  const before = { gifts: 0, coins: 0 };
  for (const [sessionId, { gifts, coins }] of Object.entries(sessions).sort(([, a], [, b]) => a.seq - b.seq)) {
    growth.set(sessionId, { gifts: Math.max(0, gifts - before.gifts), coins: Math.max(0, coins - before.coins) });
    before.gifts = Math.max(before.gifts, gifts);
    before.coins = Math.max(before.coins, coins);
  }
  return growth;
}
