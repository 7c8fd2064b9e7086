import { expect, it } from "vitest";
import type { SessionLedger } from "../../contracts/api.ts";
import { ledgerLines } from "./ledger-lines.ts";

const ledger: SessionLedger = {
  sessionId: "00000000-0000-4000-8000-000000000001",
  received: 100,
  facts: 2,
  waiting: 0,
  duplicates: 5,
  published: 96,
  normalised: 95,
  stored: 94,
  storedBefore: 0,
  deadLettered: [{ stage: "normalizer", reason: "PARSE_ERROR", count: 1 }],
  redriven: 1,
  dropped: { ingest_lost: 1 },
  gaps: [
    { from: "2026-03-01T12:00:00.000Z", to: "2026-03-01T12:00:09.000Z", why: "disconnected" },
    { from: "2026-03-01T12:10:00.000Z", to: "2026-03-01T12:11:00.000Z", why: "overload", count: 40 },
  ],
  inFlight: [],
  balance: { ok: false, unexplained: [{ between: "normalised and stored", count: 1 }] },
};

it("shows what each stage took, gaps and what is unexplained", () => {
  expect(ledgerLines(ledger)).toEqual([
    "received                           100",
    "own facts                            2",
    "waiting                              0",
    "duplicates                           5",
    "dropped: ingest_lost                 1",
    "published                           96",
    "normalised                          95",
    "dead: normalizer PARSE_ERROR         1",
    "redriven                             1",
    "stored                              94",
    "stored before                        0",
    "gap: 2026-03-01T12:00:00.000Z to 2026-03-01T12:00:09.000Z, disconnected",
    "gap: 2026-03-01T12:10:00.000Z to 2026-03-01T12:11:00.000Z, overload, 40 messages",
    "UNEXPLAINED: 1 between normalised and stored",
    "it does not balance",
  ]);
});

it("says what is unknown", () => {
  const unknown = { ...ledger, received: null, balance: { ok: null, unexplained: [] } };
  expect(ledgerLines(unknown)[0]).toMatch(/^received +unknown$/);
  expect(ledgerLines(unknown).at(-1)).toBe("unknown: Redis has lost or forgotten what it counted");
});
