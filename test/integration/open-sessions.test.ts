import type { ConnectionPool } from "@databases/pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { channel } from "../../services/storage/channel.ts";
import { EventLog } from "../../services/storage/event-log.ts";
import { openSessions } from "../../services/storage/open-sessions.ts";
import { makeEntry, makeEvent } from "../fixtures/events.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { openPool } from "../support/event-store.ts";

const [first, second, third] = [1, 2, 3].map((i) => `00000000-0000-4000-8000-00000000000${i}`) as [
  string,
  string,
  string,
];
let database: TestDatabase;
let db: ConnectionPool;

beforeAll(async () => {
  database = await createDatabase();
  db = openPool(database.url);
});
afterAll(async () => {
  await db.dispose();
  await database.drop();
});

it("names the sessions of a streamer that nobody closed, and no other's", async () => {
  const { channelId } = await channel(db, { uniqueId: "alice", simulated: false });
  const other = await channel(db, { uniqueId: "bob", simulated: false });
  const connected = (streamId: string, sessionId: string, id: string) =>
    makeEvent("CONNECTED", { streamId, sessionId, payload: { provider: "direct", channelId: id, uniqueId: "x" } });
  const last = makeEvent("CHAT", { streamId: "1", sessionId: first });
  await new EventLog().append(
    db,
    [
      connected("1", first, channelId),
      last,
      connected("2", second, channelId),
      makeEvent("DISCONNECTED", { streamId: "2", sessionId: second }),
      connected("3", third, other.channelId),
    ].map((event) => makeEntry(event)),
  );
  const open = await openSessions(db, { uniqueId: "alice", simulated: false });
  expect(open).toEqual([{ streamId: "1", sessionId: first, lastAt: expect.any(String) }]);
  expect(await openSessions(db, { uniqueId: "alice", simulated: true })).toEqual([]);
});
