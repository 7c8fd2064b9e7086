import { type ConnectionPool, sql } from "@databases/pg";
import type { UnifiedEvent } from "../contracts/unified-event.ts";
import type { Entry } from "../lib/define-service.ts";
import { highestPosition } from "../services/storage/boundary.ts";
import { EventLog } from "../services/storage/event-log.ts";
import { history, streamHistory, userHistory } from "../services/storage/history.ts";
import { encodeMark } from "../services/storage/history-cursor.ts";
import { canonical, type HistoryFilter } from "../services/storage/history-filter.ts";
import { makeEvent, viewer } from "../test/fixtures/events.ts";
import { openPool } from "../test/support/event-store.ts";
import { appendAll, entries, roomOf } from "./entries.ts";
import { type Measure, measure, percentile, report } from "./measure.ts";
import { smallMix } from "./payloads.ts";
import { withServers } from "./servers.ts";

/**
 * Pages of 100 events from anywhere in a long history, with each filter: `npm run bench -- history [events = 1000000]
 * [pages = 200] [rounds = 3]`. Four rooms of one week; every 100,000 events, somebody who is seldom there writes something
 * that nobody else does.
 */
const [events = 1_000_000, pages = 200, rounds = 3] = process.argv.slice(2).map(Number);
const RARE_EVERY = 100_000;

const { streamId, sessionId } = roomOf(0);
const rare = viewer(1);

type Case = [name: string, read: (after: string | undefined) => Promise<{ next: string | null } | null>, from?: Places];
/** A cursor to somewhere in the list. */
type Places = () => string;

const measures: Measure[] = [];
await withServers(async (config) => {
  const db = openPool(config.DATABASE_URL as string);
  await fill(db);
  const boundary = () => highestPosition(db);
  for (const [name, read, anywhere] of await cases(db, boundary)) {
    const p95: number[] = [];
    for (let round = 0; round < rounds; round++) p95.push(percentile(await times(read, anywhere), 0.95));
    measures.push(measure(`history_page_p95_ms_${name}`, "ms", p95));
  }
  await db.dispose();
});
report(measures);

async function fill(db: ConnectionPool): Promise<void> {
  const log = new EventLog();
  const mix = smallMix();
  for (let stored = 0; stored < events; stored += 20_000) {
    const all = entries(mix, Math.min(20_000, events - stored));
    if (stored % RARE_EVERY === 0) await log.append(db, seldom(all[0] as Entry<"ttlc:events">));
    await appendAll(log, db, all);
  }
  await db.query(sql`set role none; analyze`);
}

/** Two events of the first room, just before one of it. */
function seldom({ id, message }: Entry<"ttlc:events">): Entry<"ttlc:events">[] {
  const { seqNo, timestamp } = message.event;
  const [ms] = id.split("-") as [string];
  const of = { streamId, sessionId, timestamp, user: rare };
  const word = makeEvent("CHAT", { ...of, seqNo: seqNo - 1, rawType: "rare", payload: { message: "a xylophone!" } });
  const subscription = makeEvent("SUBSCRIBE", { ...of, seqNo: seqNo - 1 });
  return [word, subscription].map((event: UnifiedEvent, i) => ({
    id: `${Number(ms) - 1}-${i + 1}`,
    message: { event },
  }));
}

async function cases(db: ConnectionPool, boundary: () => Promise<bigint>): Promise<Case[]> {
  const [bounds] = await db.query(sql`
    select min(position) as first, max(position) as last, max(seq_no) as seq, min(timestamp) as begin, max(timestamp) as "end"
    from events where stream_id = ${streamId}`);
  const [busy] = await db.query(sql`
    select tiktok_id from stream_users join users using (user_ref) order by events desc limit 1`);
  const at = (share: number) =>
    new Date(bounds.begin.getTime() * (1 - share) + bounds.end.getTime() * share).toISOString();
  const through = String(bounds.last);
  const somewhere = (from: bigint, to: bigint) => from + BigInt(Math.floor(Math.random() * Number(to - from)));
  const inSession =
    (filter: HistoryFilter): Case[1] =>
    (after) =>
      history(db, { sessionId, ...filter, limit: 100, after }, boundary);
  const inStream =
    (filter: HistoryFilter): Case[1] =>
    (after) =>
      streamHistory(db, { streamId, ...filter, limit: 100, after }, boundary);
  const bySeqNo = (filter: HistoryFilter) => () => {
    const place = [String(somewhere(0n, BigInt(bounds.seq))), "0".repeat(64)];
    return encodeMark({ place, through }, [["session", sessionId], canonical(filter)]);
  };
  const byPosition = (filter: HistoryFilter) => () => {
    const place = [String(somewhere(BigInt(bounds.first), BigInt(bounds.last)))];
    return encodeMark({ place, through }, [["stream", streamId], canonical(filter)]);
  };
  const both = (name: string, filter: HistoryFilter): Case[] => [
    [`session_${name}`, inSession(filter), bySeqNo(filter)],
    [`stream_${name}`, inStream(filter), byPosition(filter)],
  ];
  const ofUser = (name: string, filter: HistoryFilter): Case => {
    const userId = busy.tiktok_id;
    return [`user_${name}`, (after) => userHistory(db, { userId, scope: {}, ...filter, limit: 100, after }, boundary)];
  };
  return [
    ...both("all", {}),
    ...both("type", { types: ["GIFT"] }),
    ...both("rare_type", { types: ["SUBSCRIBE"] }),
    ...both("person", { userId: busy.tiktok_id }),
    ...both("rare_person", { userId: rare.userId }),
    ...both("coins", { minCoins: 1_000_000 }),
    ...both("word", { q: "lovely" }),
    ...both("rare_word", { q: "Xylophone" }),
    ...both("time", { from: at(0.8), to: at(0.81) }),
    ...both("as_of", { asOf: at(0.5) }),
    ofUser("all", {}),
    ofUser("type", { types: ["GIFT"] }),
    ofUser("rare_word", { q: "Xylophone" }),
    ["user_rare", (after) => userHistory(db, { userId: rare.userId, scope: {}, limit: 100, after }, boundary)],
  ];
}

/** Milliseconds of pages: from anywhere, or one after the other and round again. */
async function times(read: Case[1], anywhere: Places | undefined): Promise<number[]> {
  const found: number[] = [];
  let after: string | undefined;
  for (let page = 0; page < pages; page++) {
    if (anywhere) after = anywhere();
    const startedAt = performance.now();
    const { next } = (await read(after)) ?? { next: null };
    found.push(performance.now() - startedAt);
    if (!anywhere) after = next ?? undefined;
  }
  return found;
}
