import { Redis } from "ioredis";
import type { ServiceSchema } from "moleculer";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { SessionLedger } from "../../contracts/api.ts";
import type { RawEnvelope } from "../../contracts/raw-envelope.ts";
import { type Consumers, defineService } from "../../lib/define-service.ts";
import { comparePositions } from "../../lib/position.ts";
import { withPool } from "../../lib/servers/postgres-client.ts";
import { encode, fieldsOf } from "../../mixins/streams/codec.ts";
import { pairs } from "../../mixins/streams/reply.ts";
import { streams } from "../../mixins/streams.mixin.ts";
import storage from "../../services/storage/storage.service.ts";
import { SimulatedTikTok } from "../../simulator/server.ts";
import { withBroker } from "../support/broker.ts";
import { testConfig } from "../support/config.ts";
import { withDatabase } from "../support/database.ts";
import { FaultProxy } from "../support/fault-proxy.ts";
import { isOfTikTok, sends, storedOf } from "../support/recorded-room.ts";
import { describeDurable, startTestRedis, type TestRedis } from "../support/redis.ts";
import { openFeed } from "../support/sse.ts";
import { event, quick, raw } from "../support/stream-messages.ts";
import { hostsOf, startTtlc } from "../support/ttlc.ts";
import { waitFor } from "../support/wait-for.ts";

/** How far above everything known a room's new counter starts (services/storage/seed.ts). */
const SEED_STEP = 2 ** 20;

describeDurable("a fail-over of Redis (F10)", () => {
  let primary: TestRedis;
  let replica: TestRedis;
  /** From the replica to the primary. */
  let replication: FaultProxy;
  /** From ttlc to whoever is the primary. */
  let link: FaultProxy;
  /** Straight to the primary. */
  let old: Redis;
  /** Straight to the replica. */
  let next: Redis;

  beforeEach(async () => {
    primary = await startTestRedis();
    replica = await startTestRedis();
    replication = await new FaultProxy(primary.port).start();
    link = await new FaultProxy(primary.port).start();
    old = connect(primary);
    next = connect(replica);
    const { username, password } = new URL(primary.url);
    await old.config("SET", "repl-diskless-sync-delay", "0");
    await next.acl("SETUSER", username, `>${password}`); // who is led from one to the other keeps its password
    await next.config("SET", "masteruser", username, "masterauth", password);
    await next.replicaof("127.0.0.1", replication.port);
    await waitFor(async () => expect(await next.info("replication")).toContain("master_link_status:up"));
  });
  afterEach(async () => {
    old.disconnect();
    next.disconnect();
    for (const part of [link, replication, replica, primary]) await part.stop();
  });

  const connect = ({ url }: TestRedis) => {
    const client = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
    client.on("error", () => {});
    return client;
  };
  const promote = () => next.replicaof("NO", "ONE");
  const service = (name: string, consumes: Consumers) =>
    defineService({ name, mixins: [streams], settings: { streams: quick }, consumes });
  const handOff = service("normalizer", {
    "ttlc:raw": { group: "normalizer", to: "ttlc:events", map: (message) => event(message as RawEnvelope) },
  });
  const add = (client: Redis, seqNo: number) => client.xadd("ttlc:raw", "*", ...encode("ttlc:raw", raw(seqNo)));
  const handedOff = async () =>
    (await next.xrange("ttlc:events", "-", "+")).map(
      ([, words]) => JSON.parse(fieldsOf(words).event as string).seqNo as number,
    );
  const run = (schemas: ServiceSchema[], test: () => Promise<void>) =>
    withBroker(schemas, testConfig({ REDIS_URL: link.urlFor(primary.url), LOG_LEVEL: "fatal" }), test);

  it("goes on, loses what was not replicated, changes nothing that is stored, and shows the loss", () =>
    withDatabase(async (database) => {
      const tiktok = new SimulatedTikTok();
      await tiktok.start();
      const room = tiktok.openRoom({ uniqueId: "alice", rate: 150, record: true });
      const env = { REDIS_URL: link.urlFor(primary.url), DATABASE_URL: database, ...hostsOf(tiktok) };
      const rest = await startTtlc({ ...env, TTLC_SERVICES: "normalizer,storage,gateway", TTLC_NODE_ID: "rest" });
      const ingest = await startTtlc({ ...env, TTLC_SERVICES: "ingest", TTLC_NODE_ID: "in" }, ["--user", "alice"]);
      const stored = () => storedOf(room, database);
      await sends(room, 300);
      const feed = await openFeed(`${rest.url}/streams/${room.roomId}/events`, { "x-api-key": rest.key });

      replication.setMode("silence");
      const replicated = await stored();
      await waitFor(async () => expect((await stored()).length).toBeGreaterThan(replicated.length + 100));
      void rest.signal("SIGSTOP"); // from now on messages are confirmed, but not stored
      await sends(room, 100);
      const before = await stored();
      await primary.kill();
      link.moveTo(replica.port);
      void rest.signal("SIGCONT");
      await waitFor(async () => expect(await next.info("errorstats")).toContain("READONLY"));
      await promote();
      await sends(room, 300);
      room.pause();

      const sent = room.sent.messages.map(({ msgId }) => msgId);
      await waitFor(async () => expect((await stored()).at(-1)?.msg_id).toBe(sent.at(-1)), 60_000);
      const rows = await stored();
      expect(rows.slice(0, before.length)).toEqual(before);
      const positions = rows.map(({ position }) => BigInt(position));
      expect(positions).toEqual(positions.toSorted((a, b) => (a < b ? -1 : 1)));
      const kept = rows.filter(isOfTikTok).map(({ msg_id }) => msg_id);
      const lost = sent.filter((id) => !kept.includes(id));
      const lostAt = sent.indexOf(lost[0] as string);
      expect(kept).toEqual(sent.toSpliced(lostAt, lost.length));

      // The counter starts above the last number that was given out, whether it is stored or not: the jump tells the loss.
      const steps = rows.map(({ seq_no }, i) => Number(seq_no) - Number(rows[i - 1]?.seq_no ?? 0));
      expect(steps.filter((step) => step !== 1)).toEqual([SEED_STEP + lost.length + 1]);
      const [session] = new Set(rows.map(({ session_id }) => session_id));
      await waitFor(async () => {
        const ledger = await rest.get<SessionLedger>(`/sessions/${session}/ledger`);
        expect(ledger.balance.ok).toBe(false);
        expect(Number(ledger.received) + Number(ledger.facts) - ledger.stored).toBe(lost.length);
      });

      await feed.until(() => expect(feed.events().at(-1)?.msgId).toBe(sent.at(-1)));
      feed.close();
      for (const ttlc of [ingest, rest]) expect(await ttlc.signal("SIGTERM")).toBe(0);
      await withBroker([storage], testConfig({ ...env, LOG_LEVEL: "fatal" }), async (broker) => {
        expect(await broker.call("storage.rebuild")).toMatchObject({ equal: true });
      });
      expect(await withPool(database, (db) => db.query(db.sql`select from dead_letters`))).toEqual([]);
      await tiktok.stop();
    }));

  it("leads consumers to the new primary although the old one still answers, with READONLY", async () => {
    await old.xgroup("CREATE", "ttlc:events", "storage", "0", "MKSTREAM");
    await run([handOff], async () => {
      await add(old, 1);
      await waitFor(async () => expect(await handedOff()).toEqual([1]));
      link.moveTo(replica.port);
      await promote();
      await old.replicaof("127.0.0.1", "1");
      await add(next, 2);
      await waitFor(async () => expect(await handedOff()).toEqual([1, 2]));
    });
  });

  it("hands nothing off below what is stored, although the clock of the new primary is behind", async () => {
    let stored = "0-0";
    let canAsk = Promise.resolve();
    const storing = service("storage", {
      "ttlc:events": {
        group: "storage",
        async floor() {
          await canAsk;
          return stored;
        },
        async batch(entries) {
          stored = entries.at(-1)?.id ?? stored;
        },
      },
    });
    await run([storing, handOff], async () => {
      await waitFor(async () => expect(await next.exists("ttlc:events")).toBe(1));
      await add(old, 1);
      await waitFor(async () => expect(await handedOff()).toEqual([1]));
      const ahead = `${Date.now() + 3_600_000}-0`;
      replication.setMode("silence");
      await old.xadd("ttlc:events", ahead, ...encode("ttlc:events", event(raw(2))));
      await waitFor(() => expect(stored).toBe(ahead));
      const gate = Promise.withResolvers<void>();
      canAsk = gate.promise;
      await primary.kill();
      link.moveTo(replica.port);
      await promote();
      await add(next, 3);
      await waitFor(async () => expect(Number((await next.xpending("ttlc:raw", "normalizer"))[0])).toBe(1));
      await waitFor(async () => expect(await next.info("errorstats")).toContain("errorstat_NOTARGET"));
      expect(await handedOff()).toEqual([1]);
      gate.resolve();
      await waitFor(async () => expect(await handedOff()).toEqual([1, 3]));
      await waitFor(async () => {
        const { "last-generated-id": last } = pairs((await next.xinfo("STREAM", "ttlc:events")) as unknown[]);
        expect(comparePositions(String(last), ahead)).toBeGreaterThan(0);
        expect(stored).toBe(last);
      });
    });
  });
});
