import { describe, expect, it } from "vitest";
import type { SessionAccount } from "../../contracts/api.ts";
import { balance, type Snapshot } from "./balance.ts";

const sessionId = "00000000-0000-4000-8000-000000000001";
const idle = { "ttlc:raw": 0, "ttlc:events": 0, "ttlc:dlq": 0 };

/** 100 messages and 2 facts: 5 came twice, 1 was refused, 1 could not be normalised, 1 was stored before. */
const counters = {
  received: 100,
  facts: 2,
  refused: 1,
  waiting: 0,
  duplicates: 5,
  published: 96,
  normalised: 95,
  "dead:normalizer": 1,
};
const stored: SessionAccount = {
  sessionId,
  stored: 94,
  duplicates: 1,
  deadLettered: [
    { stage: "ingest", reason: "SCHEMA_ERROR", count: 1 },
    { stage: "normalizer", reason: "PARSE_ERROR", count: 1 },
  ],
  redriven: 0,
  gaps: [],
};

const at = (changes: Record<string, number> = {}, behind: Partial<Snapshot["behind"]> = {}): Snapshot => ({
  counters: { ...counters, ...changes },
  behind: { ...idle, ...behind },
});
const still = (changes?: Record<string, number>, inPostgres: Partial<SessionAccount> = {}) =>
  balance(at(changes), { ...stored, ...inPostgres }, at(changes));

describe("balance", () => {
  it("is right when every message is accounted for", () => {
    expect(still()).toMatchObject({ received: 100, stored: 94, balance: { ok: true, unexplained: [] }, inFlight: [] });
  });

  it("counts a dead letter of the normalizer that was redriven and stored", () => {
    expect(still({ redriven: 1, normalised: 96 }, { stored: 95 })).toMatchObject({
      redriven: 1,
      balance: { ok: true },
    });
  });

  it("counts a dead letter of the normalizer that was redriven and failed again", () => {
    const deadLettered = [...stored.deadLettered, { stage: "normalizer", reason: "PARSE_ERROR", count: 1 }];
    expect(still({ redriven: 1, "dead:normalizer": 2 }, { deadLettered })).toMatchObject({ balance: { ok: true } });
  });

  it("counts a dead letter of storage that was redriven", () => {
    const dead = { stage: "storage", reason: "STORE_REJECTED", count: 1 };
    const before = { stored: 93, deadLettered: [...stored.deadLettered, dead] };
    expect(still({ "dead:storage": 1 }, before)).toMatchObject({ redriven: 0, balance: { ok: true } });
    const after = { ...before, stored: 94, redriven: 1 };
    expect(still({ "dead:storage": 1 }, after)).toMatchObject({ redriven: 1, balance: { ok: true } });
  });

  it.each([
    ["received and published", { published: 95, normalised: 94 }, { stored: 93 }],
    ["published and normalised", { normalised: 94 }, { stored: 93 }],
    ["normalised and stored", {}, { stored: 93 }],
    ["dead letters and Postgres", {}, { deadLettered: stored.deadLettered.slice(1) }],
  ])("names what is missing between %s", (between, changes, inPostgres) => {
    expect(still(changes, inPostgres)?.balance).toEqual({ ok: false, unexplained: [{ between, count: 1 }] });
  });

  it("names what is too much", () => {
    const unexplained = [{ between: "normalised and stored", count: -2 }];
    expect(still({}, { stored: 96 })?.balance).toEqual({ ok: false, unexplained });
  });

  it.each([
    ["ttlc:raw", "published and normalised", { normalised: 92 }, { stored: 91 }],
    ["ttlc:events", "normalised and stored", {}, { stored: 91 }],
    ["ttlc:dlq", "dead letters and Postgres", { "dead:normalizer": 4, normalised: 92 }, { stored: 91 }],
  ])("takes what %s still holds for being in flight, and no more", (stream, between, changes, inPostgres) => {
    const with2 = at(changes, { [stream]: 2 });
    const with3 = at(changes, { [stream]: 3 });
    const account = { ...stored, ...inPostgres };
    expect(balance(with3, account, with3)).toMatchObject({ inFlight: [{ between, count: 3 }], balance: { ok: true } });
    expect(balance(with2, account, with2)).toMatchObject({
      inFlight: [{ between, count: 2 }],
      balance: { ok: false, unexplained: [{ between, count: 1 }] },
    });
  });

  it("allows Postgres to be anywhere between the two looks at Redis", () => {
    const later = at({ received: 110, published: 106, normalised: 105 });
    for (const count of [94, 99, 104]) {
      expect(balance(at(), { ...stored, stored: count }, later)?.balance.ok).toBe(true);
    }
    for (const count of [93, 105]) expect(balance(at(), { ...stored, stored: count }, later)?.balance.ok).toBe(false);
  });

  it("says what waits", () => {
    expect(still({ received: 103, waiting: 3 })).toMatchObject({ waiting: 3, dropped: {}, balance: { ok: true } });
  });

  it("tells what was dropped for want of room", () => {
    const ledger = still({ received: 140, "dropped:overload": 30, "dropped:stopped": 10 });
    expect(ledger).toMatchObject({ received: 140, dropped: { overload: 30, stopped: 10 }, balance: { ok: true } });
    const fenced = still({ facts: 4, "dropped:fenced": 2 });
    expect(fenced).toMatchObject({ facts: 4, dropped: { fenced: 2 }, balance: { ok: true } });
    const wrong = still({ received: 140, "dropped:overload": 31, "dropped:stopped": 10 });
    expect(wrong?.balance.unexplained).toEqual([{ between: "received and published", count: -1 }]);
  });

  it("counts what waited in an ingest that died as dropped, and its posthumous DISCONNECTED as a fact", () => {
    const ledger = still({ facts: 1, posthumous: 1, received: 103, waiting: 3 });
    expect(ledger).toMatchObject({ facts: 2, waiting: 0, dropped: { ingest_lost: 3 }, balance: { ok: true } });
  });

  it.each([
    ["before", balance({ counters: null, behind: idle }, stored, { counters: null, behind: idle })],
    ["meanwhile", balance(at(), stored, { counters: null, behind: idle })],
  ])("is unknown, and not wrong, when Redis was emptied %s", (_when, ledger) => {
    expect(ledger).toMatchObject({ received: null, published: null, stored: 94, balance: { ok: null } });
  });

  it("is nothing for a session that nobody knows", () => {
    const nowhere = { counters: null, behind: idle };
    const nothing = { ...stored, stored: 0, duplicates: 0, deadLettered: [] };
    expect(balance(nowhere, nothing, nowhere)).toBeNull();
  });
});
