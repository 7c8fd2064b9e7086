import type { ConnectionPool } from "@databases/pg";
import { sql } from "@databases/pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Page, ServedEvent } from "../../contracts/api.ts";
import type { EventType, UnifiedEvent } from "../../contracts/unified-event.ts";
import { eventMatcher } from "../../lib/event-filter.ts";
import { packPosition, unpackPosition } from "../../lib/position.ts";
import { channel } from "../../services/storage/channel.ts";
import { EventLog } from "../../services/storage/event-log.ts";
import { history, streamHistory, userHistory } from "../../services/storage/history.ts";
import type { HistoryFilter } from "../../services/storage/history-filter.ts";
import { advanceReplays, startReplay } from "../../services/storage/replays.ts";
import { makeEvent, viewer } from "../fixtures/events.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { openPool } from "../support/event-store.ts";
import { type Random, seeded, shuffled } from "../support/random.ts";

/** Two broadcasts of one streamer, two sessions each, one stream of another; 600 events over two weeks. */
const EVENTS = 600;
const START = Date.UTC(2026, 2, 1, 23, 50);
const LAST = 10_000 + EVENTS;
const words = [
  "",
  "100%",
  "a_b",
  "\\n",
  "%%",
  "🦄",
  "🎉🎉",
  "Ärger",
  "STRAẞE",
  "ΟΔΟΣ",
  "İstanbul",
  "\u212Aelvin",
  "'; drop",
];
const stream = (n: number) => `730000000000000000${n}`;
const session = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;

let database: TestDatabase;
let db: ConnectionPool;
/** By position, the lowest first. */
let stored: { position: string; event: UnifiedEvent }[];
const channels: string[] = [];

beforeAll(async () => {
  database = await createDatabase();
  db = openPool(database.url);
  for (const uniqueId of ["anna", "bob"]) {
    channels.push((await channel(db, { uniqueId, simulated: uniqueId === "bob" })).channelId);
  }
  const random = seeded(5);
  const events = Array.from({ length: EVENTS }, (_, n) => awkwardEvent(n, random));
  stored = shuffled(events, random).map((event, i) => ({ position: `${10_001 + i}-0`, event }));
  await new EventLog().append(
    db,
    stored.map(({ position, event }) => ({ id: position, message: { event } })),
  );
  await db.query(sql`delete from event_pii where event_id = ${stored[17]?.event.eventId}`);
});

afterAll(async () => {
  await db.dispose();
  await database.drop();
});

function awkwardEvent(seqNo: number, random: Random): UnifiedEvent {
  const type = (["CHAT", "CHAT", "GIFT", "LIKE", "JOIN", "RAW", "CONNECTED"] as const)[random(7)] as EventType;
  const word = () => [words[random(words.length)], random(3) === 0 ? "ErsT" : ""].join(" ");
  const room = random(3);
  const payloads: Partial<Record<EventType, object>> = {
    CHAT: { message: `say ${word()}` },
    GIFT: { giftName: word(), coins: random(20) },
    RAW: { rawType: "X", data: { message: word(), coins: "many" } },
    CONNECTED: { channelId: channels[room === 2 ? 1 : 0], uniqueId: "anna" },
  };
  const person = { ...viewer(random(5)), displayName: word(), ...(random(2) === 0 && { uniqueId: "ViEwer.100_" }) };
  return makeEvent(type, {
    seqNo,
    streamId: stream(room),
    sessionId: session(room * 2 + (seqNo > EVENTS / 2 ? 1 : 0)),
    timestamp: new Date(START + seqNo * 2_000).toISOString(),
    user: type === "CONNECTED" || random(6) === 0 ? null : person,
    payload: payloads[type] ?? {},
  });
}

const everything = async () => packPosition(`${LAST}-0`);
type Read = (paging: HistoryFilter & { after?: string; limit: number }) => Promise<Page<ServedEvent> | null>;

/** All pages of a list. */
async function all(read: Read, filter: HistoryFilter, limit: number): Promise<ServedEvent[]> {
  const items: ServedEvent[] = [];
  for (let after: string | undefined; ; ) {
    const page = (await read({ ...filter, limit, ...(after && { after }) })) as Page<ServedEvent>;
    expect(page.items.length).toBeLessThanOrEqual(limit);
    items.push(...page.items);
    if (!page.next) return items;
    after = page.next;
  }
}

const ids = (events: readonly UnifiedEvent[]) => events.map(({ eventId }) => eventId);

/** What the filter means: eventMatcher on what is served, and the bounds. */
function expected(filter: HistoryFilter, belongs: (event: UnifiedEvent) => boolean): ServedEvent[] {
  const { from, to, asOf } = filter;
  const wanted = eventMatcher(filter);
  return stored
    .map(({ event }) => (event === stored[17]?.event ? erased(event) : event))
    .filter((event, i) => {
      const { position } = stored[i] as (typeof stored)[number];
      return (
        belongs(event) &&
        wanted(event) &&
        (!from || event.timestamp >= from) &&
        (!to || event.timestamp < to) &&
        (!asOf || packPosition(position) <= packPosition(asOf))
      );
    });
}

function erased(event: UnifiedEvent): ServedEvent {
  const payload = event.eventType === "CHAT" || event.eventType === "RAW" ? {} : event.payload;
  return { ...event, user: null, payload } as ServedEvent;
}

function randomFilter(random: Random): HistoryFilter {
  const some = <Value>(chance: number, value: Value) => (random(chance) === 0 ? value : undefined);
  const word = words[1 + random(words.length - 1)] as string;
  const spelled = [word, word.toUpperCase(), word.toLowerCase(), `@${word}`, word.slice(0, 2), "erst", "viewer"][
    random(7)
  ];
  return {
    types: some(3, [["CHAT"], ["GIFT", "LIKE"], ["CHAT", "RAW", "JOIN"]][random(3)] as EventType[]),
    userId: some(3, random(9) === 0 ? "nobody" : viewer(random(5)).userId),
    minCoins: some(8, random(20)),
    q: some(2, spelled),
    from: some(5, new Date(START + random(EVENTS) * 2_000).toISOString()),
    to: some(5, new Date(START + random(EVENTS) * 2_000).toISOString()),
    asOf: some(5, `${10_000 + random(EVENTS)}-0`),
  };
}

describe("a filtered history is what eventMatcher lets through", () => {
  const filters = () => {
    const random = seeded(11);
    return Array.from({ length: 60 }, () => ({ filter: randomFilter(random), limit: 1 + random(200) }));
  };

  it("of a session, in the order of the room", async () => {
    for (const { filter, limit } of filters()) {
      const read: Read = (paging) => history(db, { sessionId: session(0), ...paging }, everything);
      const found = await all(read, filter, limit);
      const wanted = expected(filter, ({ sessionId }) => sessionId === session(0));
      expect([filter, ids(found)]).toEqual([filter, ids(wanted.sort((a, b) => a.seqNo - b.seqNo))]);
    }
  });

  it("of a broadcast, in the order of the feed", async () => {
    for (const { filter, limit } of filters()) {
      const read: Read = (paging) => streamHistory(db, { streamId: stream(1), ...paging }, everything);
      const wanted = expected(filter, ({ streamId }) => streamId === stream(1));
      expect([filter, ids(await all(read, filter, limit))]).toEqual([filter, ids(wanted)]);
    }
  });

  it("of a person, the newest first", async () => {
    const { userId } = viewer(2);
    const scope = { channelIds: [channels[0] as string] };
    for (const { filter: whole, limit } of filters()) {
      const { userId: _, ...filter } = whole;
      const read: Read = (paging) => userHistory(db, { ...paging, userId, scope }, everything);
      const wanted = expected(filter, ({ user, streamId }) => user?.userId === userId && streamId !== stream(2));
      expect([filter, ids(await all(read, filter, limit))]).toEqual([filter, ids(wanted.reverse())]);
    }
  });

  it("of a replay of a whole broadcast, as far as it has come back", async () => {
    const replay = await startReplay(db, { streamId: stream(0), speed: "max" }, everything);
    const seen = stored
      .map(({ event }) => event)
      .filter(({ streamId, seqNo }) => streamId === stream(0) && seqNo < 500);
    const { sessionId } = replay;
    await advanceReplays(db, [
      ...seen.map((event) => ({ id: "1-0", message: { event: { ...event, sessionId, source: "replay" as const } } })),
    ]);
    for (const { filter, limit } of filters()) {
      const read: Read = (paging) => history(db, { sessionId, ...paging }, everything);
      const found = await all(read, filter, limit);
      const wanted = expected(filter, ({ streamId, seqNo }) => streamId === stream(0) && seqNo < 500);
      expect([filter, ids(found)]).toEqual([filter, ids(wanted.sort((a, b) => a.seqNo - b.seqNo))]);
      expect(found.every((event) => event.sessionId === sessionId && event.source === "replay")).toBe(true);
    }
  });
});

describe("a history", () => {
  const read = (paging: HistoryFilter & { after?: string; limit: number }, boundary = everything) =>
    streamHistory(db, { streamId: stream(0), ...paging }, boundary) as Promise<Page<ServedEvent>>;

  it("as of an instant has what was stored by then", async () => {
    const asOf = new Date(10_300).toISOString();
    const found = await all((paging) => read(paging), { asOf }, 500);
    expect(ids(found)).toEqual(ids(expected({ asOf: "10300-0" }, ({ streamId }) => streamId === stream(0))));
  });

  it.each([
    ["the year 0", "0000-01-01T00:00:00Z"],
    ["the year 9999", "9999-12-31T23:59:59-12:00"],
  ])("takes %s for a time", async (_, at) => {
    const isLate = at.startsWith("9");
    expect((await read({ asOf: at, from: at, limit: 10 })).items).toEqual([]);
    expect((await read({ asOf: at, to: at, limit: 10 })).items).toHaveLength(isLate ? 10 : 0);
  });

  it("as of a position that is far ahead is all there is", async () => {
    expect((await read({ asOf: "7999999999999-1048575", limit: 10 })).items).toHaveLength(10);
  });

  it("stays the list it was while events arrive", async () => {
    const early = async () => packPosition("10300-0");
    const first = await read({ limit: 20, types: ["CHAT"] }, early);
    const rest = await all(
      (paging) => read({ ...paging, after: paging.after ?? (first.next as string) }),
      { types: ["CHAT"] },
      500,
    );
    const wanted = expected({ types: ["CHAT"], asOf: "10300-0" }, ({ streamId }) => streamId === stream(0));
    expect(ids([...first.items, ...rest])).toEqual(ids(wanted));
  });

  it.each([
    ["other types", { types: ["GIFT"] }],
    ["no filter", {}],
    ["another word", { types: ["CHAT"], q: "say" }],
    ["another time", { types: ["CHAT"], asOf: "10100-0" }],
  ] as [string, HistoryFilter][])("refuses a cursor that goes on with %s", async (_, filter) => {
    const { next } = await read({ types: ["CHAT"], limit: 5 });
    await expect(read({ ...filter, after: String(next), limit: 5 })).rejects.toMatchObject({ type: "INVALID_CURSOR" });
  });

  it("refuses the cursor of another list", async () => {
    const { next } = await read({ limit: 5 });
    const others = [
      streamHistory(db, { streamId: stream(1), after: String(next), limit: 5 }, everything),
      history(db, { sessionId: session(0), after: String(next), limit: 5 }, everything),
      userHistory(db, { userId: viewer(1).userId, scope: {}, after: String(next), limit: 5 }, everything),
    ];
    for (const other of others) await expect(other).rejects.toMatchObject({ type: "INVALID_CURSOR" });
  });

  it("takes a filter that means the same for the same", async () => {
    const { next } = await read({ types: ["CHAT", "GIFT"], q: "@Say ", limit: 5 });
    const again = await read({ types: ["GIFT", "CHAT", "GIFT"], q: "say", after: String(next), limit: 5 });
    expect(again.items).toHaveLength(5);
  });

  it("is null where there is nothing", async () => {
    const none = { scope: { channelIds: [channels[1] as string] }, limit: 5 };
    expect(await streamHistory(db, { streamId: "1", limit: 5 }, everything)).toBeNull();
    expect(await history(db, { sessionId: session(9), limit: 5 }, everything)).toBeNull();
    expect(await userHistory(db, { userId: "nobody", ...none }, everything)).toBeNull();
  });
});

describe("what one page may cost", () => {
  const many = 21_000;
  const streamId = stream(9);
  const through = async () => BigInt(many) + 1_000_000_000n;

  beforeAll(async () => {
    const event = makeEvent("LIKE", { streamId, sessionId: session(9), timestamp: new Date(START).toISOString() });
    await new EventLog().append(db, [{ id: unpackPosition(999_999_999n), message: { event } }]);
    await db.query(sql`set role none; insert into events (event_id, timestamp, ingested_at, position, seq_no, session_id,
        is_history, stream_id, event_type, raw_type, provider, payload)
      select lpad(to_hex(n), 64, '0'), timestamp, ingested_at, 1000000000 + n, seq_no + n, session_id, is_history, stream_id,
        case when n = ${many} then 'CHAT' else 'LIKE' end, raw_type, provider, payload
      from events, generate_series(1, ${many}) n where stream_id = ${streamId}`);
  });

  it.each([
    ["of a rare type", { types: ["CHAT" as const] }, [0, 1]],
    ["of no instant", { from: new Date(START + 1).toISOString() }, [0, 0]],
    ["of a time before", { asOf: "1-0" }, [0, 0]],
  ])("a list %s goes on after 20,000 events", async (_, filter, counts) => {
    const read: Read = (paging) => history(db, { sessionId: session(9), ...paging }, through);
    const first = await read({ ...filter, limit: 10 });
    const second = await read({ ...filter, limit: 10, after: String(first?.next) });
    expect([first, second].map((page) => page?.items.length)).toEqual(counts);
    expect(second?.next).toBeNull();
  });

  it("a broadcast as of a time before is over at once", async () => {
    const page = await streamHistory(db, { streamId, asOf: "1-0", limit: 10 }, through);
    expect(page).toEqual({ items: [], next: null });
  });

  it("a word is looked for in 2,000", async () => {
    const read: Read = (paging) => streamHistory(db, { streamId, ...paging }, through);
    let pages = 0;
    for (let after: string | undefined | null; after !== null; pages++) {
      const page = await read({ q: "word", limit: 10, ...(after && { after }) });
      expect(page?.items).toEqual([]);
      after = page?.next as string | null;
    }
    expect(pages).toBe(11);
  });
});
