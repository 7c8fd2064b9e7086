import { type ConnectionPool, sql } from "@databases/pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { EventType, User } from "../../contracts/unified-event.ts";
import type { Entry } from "../../lib/define-service.ts";
import type { boundary } from "../../services/storage/boundary.ts";
import { channel } from "../../services/storage/channel.ts";
import { EventLog } from "../../services/storage/event-log.ts";
import { feed } from "../../services/storage/feed.ts";
import { history } from "../../services/storage/history.ts";
import { roles } from "../../services/storage/inherited.ts";
import { rebuild } from "../../services/storage/rebuild.ts";
import { makeEvent, viewer } from "../fixtures/events.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { emptyTables, openPool } from "../support/event-store.ts";
import { seeded, shuffled, split } from "../support/random.ts";

const STREAM = "7300000000000000001";
const SESSION = "00000000-0000-4000-8000-000000000001";
const moderator = { isModerator: true, followRole: 0 };
const nobody = { followRole: 0 };

describe("roles", () => {
  let database: TestDatabase;
  let db: ConnectionPool;
  const log = new EventLog();
  const all = async () => (1n << 60n) satisfies Awaited<ReturnType<typeof boundary>>;

  beforeAll(async () => {
    database = await createDatabase();
    db = openPool(database.url);
  });
  afterAll(async () => {
    await db.dispose();
    await database.drop();
  });
  beforeEach(() => emptyTables(db));

  /** The event at position `at` of viewer 1; its seqNo is the same. */
  const entry = (at: number, type: EventType, told: Partial<User> = {}, fields: object = {}): Entry<"ttlc:events"> => ({
    id: `${at}-0`,
    message: {
      event: makeEvent(type, { streamId: STREAM, seqNo: at, user: { ...viewer(1), ...told }, ...fields }),
    },
  });
  const inherited = async () =>
    (await history(db, { sessionId: SESSION, limit: 100 }, all))?.items.map((event) => event.inherited);
  const changes = () =>
    db.query(sql`select position >> 20 as at, roles->>'isModerator' as moderator from role_changes order by 1`);

  it("are attached to what somebody does later, as of its position", async () => {
    await log.append(db, [
      entry(1, "LIKE"),
      entry(2, "CHAT", { ...moderator, gifterLevel: 7 }),
      entry(3, "LIKE"),
      entry(4, "CHAT", nobody),
      entry(5, "LIKE"),
      entry(6, "CHAT", moderator),
      entry(7, "LIKE"),
    ]);
    const expected = [
      ...[undefined, undefined, { isModerator: true, gifterLevel: 7 }, { gifterLevel: 7 }, { gifterLevel: 7 }],
      ...[{ gifterLevel: 7 }, { isModerator: true, gifterLevel: 7 }],
    ];
    expect(await inherited()).toEqual(expected);
    const page = await feed(db, { streamId: STREAM, after: "0-0", limit: 100 }, all);
    expect(page.items.map(({ event }) => event.inherited)).toEqual(expected);
    expect((await feed(db, { streamId: STREAM, after: "4-0", limit: 1 }, all)).items[0]?.event.inherited).toEqual({
      gifterLevel: 7,
    });
  });

  it("are written when they change, not with every message", async () => {
    for (let at = 1; at <= 20; at++) await log.append(db, [entry(at, "CHAT", at < 10 ? nobody : moderator)]);
    expect(await changes()).toEqual([
      { at: "1", moderator: "false" },
      { at: "10", moderator: "true" },
    ]);
  });

  it("are the same when a role that was given back is stored before the one in between", async () => {
    await log.append(db, [entry(1, "CHAT", moderator)]);
    await log.append(db, [entry(5, "CHAT", moderator), entry(6, "LIKE")]);
    await log.append(db, [entry(3, "CHAT", nobody), entry(4, "LIKE")]);
    expect(await inherited()).toEqual([undefined, undefined, undefined, undefined, { isModerator: true }]);
    expect((await rebuild(db, { replace: false }, new AbortController().signal)).equal).toBe(true);
  });

  it("are the same in whatever order and batches they are stored", async () => {
    const random = seeded(11);
    for (let round = 0; round < 8; round++) {
      await emptyTables(db);
      const told = () => [nobody, moderator, { gifterLevel: 1 + random(2) }, {}][random(4)] as Partial<User>;
      const entries = Array.from({ length: 40 }, (_, i) =>
        entry(i + 1, random(3) === 0 ? "LIKE" : "CHAT", told(), { user: { ...viewer(random(3)), ...told() } }),
      );
      for (const part of split(shuffled(entries, random), random)) await log.append(db, part);
      expect(await rebuild(db, { replace: false }, new AbortController().signal)).toMatchObject({ equal: true });
    }
  });

  it("go with the streamer from one broadcast to the next, and to no other streamer's", async () => {
    const { channelId } = await channel(db, { uniqueId: "ann", simulated: false });
    const other = await channel(db, { uniqueId: "bob", simulated: false });
    const connected = (at: number, streamId: string, channel: string) =>
      entry(at, "CONNECTED", {}, { streamId, user: null, payload: { channelId: channel } });
    await log.append(db, [
      connected(1, "one", channelId),
      entry(2, "CHAT", { ...moderator, gifterLevel: 7 }, { streamId: "one" }),
      connected(3, STREAM, channelId),
      entry(4, "LIKE"),
      entry(5, "CHAT", { ...nobody, gifterLevel: 8 }),
      entry(6, "LIKE"),
      connected(7, "elsewhere", other.channelId),
      entry(8, "LIKE", {}, { streamId: "elsewhere" }),
    ]);
    const page = await feed(db, { after: "0-0", limit: 100 }, all);
    expect(page.items.flatMap(({ event }) => (event.eventType === "LIKE" ? [event.inherited] : []))).toEqual([
      { isModerator: true, gifterLevel: 7 },
      { gifterLevel: 8 },
      undefined,
    ]);
    const { userId } = viewer(1);
    const asOf = (through: string) => roles(db, { streamId: STREAM, userIds: [userId, "nobody"], through });
    expect(await asOf("4-0")).toMatchObject([{ userId, roles: { isModerator: true, gifterLevel: 7 } }]);
    expect(await asOf("5-0")).toMatchObject([{ userId, roles: { isModerator: false, gifterLevel: 8 } }]);
    expect(await asOf("1-0")).toEqual([]);
  });
});
