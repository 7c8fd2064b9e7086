import { type ConnectionPool, sql } from "@databases/pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import { channel } from "../../services/storage/channel.ts";
import { channels, oneChannel } from "../../services/storage/channels.ts";
import { EventLog } from "../../services/storage/event-log.ts";
import { addNote, type NewNote, notes, removeNote } from "../../services/storage/notes.ts";
import { people, profile } from "../../services/storage/profile.ts";
import { wantRoom } from "../../services/storage/wanted-rooms.ts";
import { makeEvent, viewer } from "../fixtures/events.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { emptyTables, openPool } from "../support/event-store.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 2, 1, 12, minute)).toISOString();
const session = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;
const { userId } = viewer(1);
const NOBODYS = "00000000-0000-4000-8000-00000000ffff";

let database: TestDatabase;
let db: ConnectionPool;
/** Their ids: two streamers, and one of the simulator. */
let anna: string;
let bob: string;
let show: string;

beforeAll(async () => {
  database = await createDatabase();
  db = openPool(database.url);
});
afterAll(async () => {
  await db.dispose();
  await database.drop();
});

/** Stream `n` of a channel: viewer 1 chats, gives 10 coins and likes five times. */
function evening(n: number, channelId: string): UnifiedEvent[] {
  const of = { streamId: `s${n}`, sessionId: session(n), user: viewer(1) };
  return [
    makeEvent("CONNECTED", { ...of, user: null, timestamp: at(n * 10), payload: { channelId, title: `Evening ${n}` } }),
    makeEvent("CHAT", { ...of, timestamp: at(n * 10 + 1) }),
    makeEvent("GIFT", { ...of, timestamp: at(n * 10 + 2), payload: { giftCount: 2, coins: 10 } }),
    makeEvent("LIKE", { ...of, timestamp: at(n * 10 + 3), payload: { count: 5 } }),
  ];
}

let position = 0;
const store = (events: readonly UnifiedEvent[]) =>
  new EventLog().append(
    db,
    events.map((event) => ({ id: `${++position}-0`, message: { event } })),
  );

async function begin() {
  await emptyTables(db);
  const made = async (uniqueId: string, simulated = false) =>
    (await channel(db, { uniqueId, simulated, ownerId: `owner of ${uniqueId}`, displayName: `The ${uniqueId}` }))
      .channelId;
  [anna, bob, show] = [await made("anna"), await made("bob"), await made("show", true)];
  await store([...evening(1, anna), ...evening(2, anna), ...evening(3, bob)]);
  await store(evening(4, show).map((event) => ({ ...event, provider: "simulator" }) as UnifiedEvent));
}

const evenings = (streams: number) => ({
  ...{ streams, events: 3 * streams, chats: streams, likes: 5 * streams, gifts: 2 * streams, coins: 10 * streams },
});

describe("a person", () => {
  beforeEach(begin);

  it("is who they are, with totals of the channels that saw them, the simulator's left out", async () => {
    expect(await profile(db, { userId, scope: {} })).toEqual({
      userId,
      ...{ uniqueId: "viewer1", displayName: "Viewer 1", avatarUrl: null },
      ...{ firstSeenAt: at(11), lastSeenAt: at(43) },
      totals: evenings(3),
      channels: [
        {
          channelId: show,
          uniqueId: "show",
          simulated: true,
          firstSeenAt: at(41),
          lastSeenAt: at(43),
          ...evenings(1),
          roles: {},
        },
        {
          channelId: bob,
          uniqueId: "bob",
          simulated: false,
          firstSeenAt: at(31),
          lastSeenAt: at(33),
          ...evenings(1),
          roles: {},
        },
        {
          channelId: anna,
          uniqueId: "anna",
          simulated: false,
          firstSeenAt: at(11),
          lastSeenAt: at(23),
          ...evenings(2),
          roles: {},
        },
      ],
    });
  });

  it.each([
    ["one channel of the caller", () => ({ scope: { channelIds: [anna] } }), 2],
    ["one channel that is asked for", () => ({ scope: {}, channelId: bob }), 1],
    ["a simulated one that is asked for", () => ({ scope: {}, channelId: show }), 1],
    ["simulated ones, where the caller sees no other", () => ({ scope: { simulated: true as const } }), 1],
  ])("has the totals of %s", async (_, where, streams) => {
    const found = await profile(db, { userId, ...where() });
    expect(found).toMatchObject({ totals: evenings(streams), channels: [evenings(streams)] });
  });

  it.each([
    ["whom nobody knows", "404", () => ({ scope: {} })],
    ["whom none of the caller's channels saw", userId, () => ({ scope: { channelIds: [NOBODYS] } })],
    ["for who has no channels", userId, () => ({ scope: { channelIds: [] } })],
    ["in a channel beyond the caller's", userId, () => ({ scope: { channelIds: [anna] }, channelId: bob })],
  ])("%s is none", async (_, id, where) => {
    expect(await profile(db, { userId: id, ...where() })).toBeNull();
  });

  it("is to a streamer what they told there last, and nothing to another", async () => {
    const told = (n: number, seqNo: number, roles: object) =>
      makeEvent("CHAT", {
        seqNo,
        streamId: `s${n}`,
        sessionId: session(n),
        timestamp: at(50),
        user: { ...viewer(1), ...roles },
      });
    await store([told(1, 900, { isModerator: true, gifterLevel: 3 }), told(2, 901, { gifterLevel: 4 })]);
    const found = await profile(db, { userId, scope: {} });
    const roles = Object.fromEntries(found?.channels.map((each) => [each.uniqueId, each.roles]) ?? []);
    expect(roles).toEqual({ anna: { isModerator: true, gifterLevel: 4 }, bob: {}, show: {} });
  });

  it("is found by the beginning of the handle, in the caller's channels only", async () => {
    await store([
      makeEvent("CHAT", {
        streamId: "s3",
        sessionId: session(3),
        timestamp: at(35),
        user: { ...viewer(5), uniqueId: "viewer_5" },
      }),
      makeEvent("CHAT", {
        streamId: "s3",
        sessionId: session(3),
        timestamp: at(35),
        user: { ...viewer(6), uniqueId: "viewer10" },
      }),
    ]);
    const found = async (q: string, scope = {}, limit = 10) =>
      (await people(db, { q, scope, limit })).map(({ uniqueId }) => uniqueId);
    expect(await found("viewer")).toEqual(["viewer1", "viewer10", "viewer_5"]);
    expect(await found("viewer", {}, 1)).toEqual(["viewer1"]);
    expect(await found("viewer_")).toEqual(["viewer_5"]);
    expect(await found("viewer%")).toEqual([]);
    expect(await found("viewer", { channelIds: [anna] })).toEqual(["viewer1"]);
  });

  it("is found behind however many of other channels, and of none", async () => {
    const crowd = sql`
      with crowd as (
        insert into users (tiktok_id, unique_id, display_name, identity_at, identity_seq)
        select 't' || n, 'view' || n, '', now(), n from generate_series(1, 1100) n
        returning user_ref
      )`;
    await db.query(sql`${crowd}
      insert into stream_users (stream_id, user_ref, first_at, last_at, events, chats, likes, gifts, coins)
      select s.stream_id, crowd.user_ref, s.first_at, s.last_at, s.events, s.chats, s.likes, s.gifts, s.coins
      from crowd, (select * from stream_users where stream_id = 's3') s`);
    const found = async (scope: object) =>
      (await people(db, { q: "view", scope, limit: 3 })).map((one) => one.uniqueId);
    expect(await found({ channelIds: [anna] })).toEqual(["viewer1"]);
    expect(await found({ simulated: true })).toEqual(["viewer1"]);
    expect(await found({ channelIds: [bob] })).toEqual(["view1", "view10", "view100"]);
  });
});

describe("a note", () => {
  const author = { id: null, name: "Mia", role: "moderator" } as const;
  const add = (note: Partial<NewNote> = {}) =>
    addNote(db, { userId, scope: { channelIds: [anna] }, text: "was warned", author, ...note });
  const list = async (scope = {}, more = {}) => notes(db, { userId, scope, limit: 10, ...more });

  it("is kept as it was given, with who wrote it and when", async () => {
    const text = "  <b>it's</b> 100% \\n\n🦄 ";
    const note = await add({ text });
    expect(note).toEqual({
      ...{ noteId: expect.any(String), userId, channelId: anna, text, sessionId: null, eventId: null },
      ...{ author: { name: "Mia", role: "moderator" }, createdAt: expect.stringMatching(/^\d{4}-.*Z$/) },
    });
    expect(await list()).toEqual({ items: [note], next: null });
  });

  it.each([
    ["the session it is about", () => ({ sessionId: session(3) }), () => bob],
    ["the event it is about", () => ({ eventId: eventOf("s2") }), () => anna],
    ["what was said", () => ({ channelId: show }), () => show],
    [
      "all of them, if they agree",
      () => ({ channelId: anna, sessionId: session(1), eventId: eventOf("s2") }),
      () => anna,
    ],
  ])("belongs to the channel of %s", async (_, about, channelId) => {
    expect(await add({ scope: {}, ...about() })).toMatchObject({ channelId: channelId(), ...about() });
  });

  let eventIds: Map<string, string>;
  const eventOf = (streamId: string) => eventIds.get(streamId) as string;
  beforeAll(async () => {
    await begin();
    const rows = await db.query(sql`select stream_id, min(event_id) as event_id from events group by stream_id`);
    eventIds = new Map(rows.map((row) => [row.stream_id, row.event_id]));
  });

  beforeEach(() => db.query(sql`delete from notes`));

  it.each([
    ["somebody whom nobody knows", () => ({ userId: "404" })],
    ["somebody of other channels", () => ({ scope: { channelIds: [NOBODYS] } })],
    ["a channel of others", () => ({ channelId: bob })],
    ["a session of others", () => ({ sessionId: session(3) })],
    ["an event of others", () => ({ eventId: eventOf("s3") })],
    ["an event that is not", () => ({ eventId: "0".repeat(64) })],
    ["a session of another channel than is said", () => ({ scope: {}, channelId: anna, sessionId: session(3) })],
  ])("on %s is none", async (_, note) => {
    expect(await add(note())).toBeNull();
    expect(await list()).toMatchObject({ items: [] });
  });

  it("needs to know whose it is when several channels saw the person", async () => {
    await expect(add({ scope: {} })).rejects.toMatchObject({ type: "CHANNEL_NEEDED" });
  });

  it("is seen by its channel, the newest first, page by page", async () => {
    for (const text of ["1", "2", "3"]) await add({ text });
    await add({ text: "theirs", scope: { channelIds: [bob] } });
    const scope = { channelIds: [anna] };
    const first = await list(scope, { limit: 2 });
    const rest = await list(scope, { limit: 2, after: first?.next });
    expect([...(first?.items ?? []), ...(rest?.items ?? [])].map(({ text }) => text).sort()).toEqual(["1", "2", "3"]);
    expect([first?.items.length, rest?.next]).toEqual([2, null]);
    expect((await list({}, { channelId: bob }))?.items.map(({ text }) => text)).toEqual(["theirs"]);
    expect(await list({ channelIds: [NOBODYS] })).toBeNull();
    await expect(list(scope, { after: "x" })).rejects.toMatchObject({ type: "INVALID_CURSOR" });
  });

  it("is removed by its channel, and by no other", async () => {
    const { noteId } = (await add()) ?? { noteId: "" };
    const remove = (more: object) => removeNote(db, { userId, noteId, scope: {}, ...more });
    expect(await remove({ scope: { channelIds: [bob] } })).toBeNull();
    expect(await remove({ userId: viewer(2).userId })).toBeNull();
    expect(await remove({ scope: { channelIds: [anna] } })).toBe(anna);
    expect(await remove({})).toBeNull();
  });

  it("goes with the person it is about", async () => {
    await add();
    await db.query(sql`delete from users where tiktok_id = ${userId}`);
    expect(await db.query(sql`select count(*) as notes from notes`)).toEqual([{ notes: "0" }]);
  });
});

describe("a channel", () => {
  beforeEach(begin);

  it("tells its broadcasts, and whether it is wanted", async () => {
    await wantRoom(db, { uniqueId: "anna", otherwise: "direct" });
    const found = await oneChannel(db, { channelId: anna, scope: {} });
    expect(found).toEqual({
      channelId: anna,
      ...{ uniqueId: "anna", displayName: "The anna", simulated: false, createdAt: expect.any(String), streams: 2 },
      lastStream: { streamId: "s2", title: "Evening 2", startedAt: at(20), endedAt: null, lastEventAt: at(23) },
      wanted: { provider: "direct", since: expect.any(String) },
    });
    expect(await oneChannel(db, { channelId: show, scope: {} })).toMatchObject({ simulated: true, wanted: null });
  });

  it("of others is none", async () => {
    expect(await oneChannel(db, { channelId: bob, scope: { channelIds: [anna] } })).toBeNull();
    expect(await oneChannel(db, { channelId: bob, scope: { simulated: true } })).toBeNull();
  });

  it("is listed once, page by page, where the caller may see it", async () => {
    const { channelId: quiet } = await channel(db, { uniqueId: "quiet", simulated: false });
    const seen: string[] = [];
    for (let after: string | undefined | null; after !== null; ) {
      const page: Awaited<ReturnType<typeof channels>> = await channels(db, { limit: 1, after });
      seen.push(...page.items.map(({ channelId }) => channelId));
      after = page.next;
    }
    expect(seen).toEqual([quiet, show, bob, anna]);
    const { items } = await channels(db, { limit: 10, scope: { channelIds: [anna, quiet] } });
    expect(items).toMatchObject([{ channelId: quiet, streams: 0, lastStream: null }, { channelId: anna }]);
    expect((await channels(db, { limit: 10, scope: { channelIds: [] } })).items).toEqual([]);
  });
});
