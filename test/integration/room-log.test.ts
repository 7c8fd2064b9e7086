import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { fieldsOf } from "../../mixins/streams/codec.ts";
import { connect } from "../../mixins/streams/connection.ts";
import { Account, RecoveredAccount } from "../../services/ingest/account.ts";
import { acquire, type Fence, renew } from "../../services/ingest/fence.ts";
import type { Intake } from "../../services/ingest/pressure.ts";
import { FencedError, Publisher } from "../../services/ingest/publisher.ts";
import { fromFact, fromMessage, type Origin } from "../../services/ingest/raw-message.ts";
import { type Attempted, appendToRoom, readRoom, seed } from "../../services/ingest/room-log.ts";
import { describeDurable, startTestRedis, type TestRedis } from "../support/redis.ts";
import { waitFor } from "../support/wait-for.ts";

const origin: Origin = {
  streamId: "7300",
  sessionId: "00000000-0000-4000-8000-000000000001",
  provider: "direct",
  connectedAt: new Date(),
};
const chat = (msgId: string, text = "hi") =>
  fromMessage(
    { method: "WebcastChatMessage", msgId, isHistory: false, payload: Buffer.from(text), receivedAt: new Date() },
    origin,
  );
const silent = { onIntake() {}, onOutage() {}, onPublished() {}, onSpool() {}, onSpoolFull() {} };
let attempts = 0;
const attempted = (msgId: string, text?: string): Attempted => ({ ...chat(msgId, text), attempt: `a${attempts++}` });

describeDurable("the log of a room", () => {
  let server: TestRedis;
  let redis: Redis;

  beforeAll(async () => {
    server = await startTestRedis();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    redis = new Redis(server.url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
    redis.on("error", () => {});
    await redis.flushall();
  });
  afterEach(async () => {
    await redis.quit();
  });

  const append = (...messages: Attempted[]) => appendToRoom(redis, "7300", messages);
  const entries = async () => (await redis.xrange("ttlc:raw", "-", "+")).map(([, words]) => fieldsOf(words));

  it("refuses a room without a counter, and changes nothing", async () => {
    await expect(append(attempted("1"))).rejects.toThrow(/^UNSEEDED/);
    expect(await redis.exists("ttlc:raw")).toBe(0);
  });

  it("numbers messages in order and leaves out those it has seen, by type and id", async () => {
    await seed(redis, "7300", 0);
    expect(await append(attempted("1"), attempted("2"), attempted("1"))).toEqual([1, 2, null]);
    expect(await append(attempted("2"), attempted("3"))).toEqual([null, 3]);
    expect((await entries()).map(({ seqNo, msgId }) => [seqNo, msgId])).toEqual([
      ["1", "1"],
      ["2", "2"],
      ["3", "3"],
    ]);
    expect(await redis.hmget("ttlc:room:7300", "published", "duplicates")).toEqual(["3", "2"]);
  });

  it("gives an attempt that is sent again the seqNo it got, and appends nothing", async () => {
    await seed(redis, "7300", 0);
    const batch = [attempted("1"), attempted("2")];
    expect(await append(...batch)).toEqual([1, 2]);
    expect(await append(...batch)).toEqual([1, 2]);
    expect(await entries()).toHaveLength(2);
    expect(await redis.hget("ttlc:room:7300", "duplicates")).toBe("0");
  });

  it("counts a session's messages in its ledger, once, also when the call comes again", async () => {
    await seed(redis, "7300", 0);
    const account = Object.assign(new Account(origin.sessionId), { received: 5, waiting: 5 });
    const batch = ["1", "2", "1"].map((msgId) => ({ ...attempted(msgId), account }));
    await append(...batch);
    await append(...batch);
    const ledger = await redis.hgetall(`ttlc:ledger:${origin.sessionId}`);
    expect(ledger).toMatchObject({ received: "5", waiting: "2", published: "2", duplicates: "1" });
    expect(await redis.hget("ttlc:room:7300", "duplicates")).toBe("1");
  });

  /** What an earlier process told of the session while 40 of its messages waited on the disk, and 30 in memory. */
  const tellEarlier = async () => {
    const account = Object.assign(new Account(origin.sessionId), { received: 100, facts: 2, waiting: 72 });
    account.dropped.overload = 30;
    await append({ ...attempted("live 1"), account }, { ...attempted("live 2"), account });
  };
  const recoveredFrom = (told: object) => {
    const account = new RecoveredAccount(origin.sessionId, true);
    account.add({ received: 80, facts: 2, refused: 0, "dropped:overload": 12, ...told });
    return account;
  };
  const ledger = () => redis.hgetall(`ttlc:ledger:${origin.sessionId}`);

  it("does not set a ledger back to what was spooled: what an earlier process lost goes on waiting", async () => {
    await seed(redis, "7300", 0);
    await tellEarlier();
    const account = recoveredFrom({});
    for (let n = 0; n < 40; n += 20)
      await append(...Array.from({ length: 20 }, (_, i) => ({ ...attempted(`spooled ${n + i}`), account })));
    expect(await ledger()).toMatchObject({ received: "100", "dropped:overload": "30", published: "42", waiting: "30" });
  });

  it("takes over what was spooled after the earlier process had told the ledger last", async () => {
    await seed(redis, "7300", 0);
    await tellEarlier();
    const account = recoveredFrom({ received: 150, facts: 3, "dropped:overload": 60, "dropped:stopped": 10 });
    const batch = [{ ...attempted("spooled"), account }];
    for (let again = 0; again < 2; again++) await append(...batch); // its first reply was lost
    expect(await ledger()).toMatchObject({
      ...{ received: "150", facts: "3", "dropped:overload": "60", "dropped:stopped": "10" },
      ...{ published: "3", waiting: "80" },
    });
  });

  it("counts no message as waiting that Redis had taken when the earlier process died before the reply", async () => {
    await seed(redis, "7300", 0);
    const live = Object.assign(new Account(origin.sessionId), { received: 2, waiting: 2 });
    const batch = [attempted("1"), attempted("2")];
    await append(...batch.map((message) => ({ ...message, account: live })));
    const account = recoveredFrom({ received: 3, facts: 0, "dropped:overload": 0 });
    await append(...[...batch, attempted("3")].map((message) => ({ ...message, account })));
    expect(await ledger()).toMatchObject({ received: "3", published: "3", waiting: "0" });
  });

  it("does not make a ledger anew that was lost: it would be wrong", async () => {
    await seed(redis, "7300", 0);
    const account = new Account(origin.sessionId);
    await append({ ...attempted("1"), account });
    await redis.del(`ttlc:ledger:${origin.sessionId}`);
    await append({ ...attempted("2"), account });
    expect(await redis.exists(`ttlc:ledger:${origin.sessionId}`)).toBe(0);
  });

  it("knows messages without an id by their bytes", async () => {
    await seed(redis, "7300", 0);
    expect(await append(attempted("", "a"), attempted("0", "a"), attempted("", "b"))).toEqual([1, null, 2]);
  });

  it("forgets the oldest messages when a room has very many, generation by generation", async () => {
    await seed(redis, "7300", 0);
    await append(attempted("old"));
    const filler = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`x|${i}`, "1:1:a"]));
    await redis.hset("ttlc:room:7300:seen", filler);
    expect(await append(attempted("old")), "still in the generation before").toEqual([null]);
    await redis.hset("ttlc:room:7300:seen", filler);
    await append(attempted("new"));
    expect(await append(attempted("old")), "two generations later").toEqual([3]);
    expect(await redis.hlen("ttlc:room:7300:seen")).toBeLessThan(100_000);
  });

  it.each([
    ["a flush", () => redis.flushall()],
    [
      "a restart of Redis",
      async () => {
        await server.kill();
        await server.start();
      },
    ],
  ])("does not trust its counter after %s", async (_name, lose) => {
    await seed(redis, "7300", 0);
    await append(attempted("1"));
    await lose();
    await expect(append(attempted("2"))).rejects.toThrow(/^UNSEEDED/);
    await seed(redis, "7300", 1_048_576);
    await seed(redis, "7300", 5); // a second one that comes late does not set it back
    expect(await append(attempted("2"))).toEqual([1_048_577]);
  });

  it("notes the room's state with the message that changes it", async () => {
    await seed(redis, "7300", 0);
    expect(await readRoom(redis, "7300")).toEqual({ seqNo: 0, sessionId: null, lastAt: null, cutAt: null });
    const fact = { ...fromFact("ControlEvent.DISCONNECTED", {}, new Date(), "id", origin), attempt: "a" };
    await appendToRoom(redis, "7300", [fact], { sessionId: "s", lastAt: "t", cutAt: "u" });
    expect(await readRoom(redis, "7300")).toEqual({ seqNo: 1, sessionId: "s", lastAt: "t", cutAt: "u" });
  });

  describe("with an owner", () => {
    const KEY = "ttlc:owner:live:alice";
    const former: Fence = { key: KEY, node: "a", token: "former" };
    const present: Fence = { key: KEY, node: "b", token: "present" };
    const fact = (type: string, id: string): Attempted => ({
      ...fromFact(type, {}, new Date(), id, origin),
      attempt: `a${attempts++}`,
    });
    const anonymous = (): Attempted => ({ ...chat("0", `text ${attempts}`), attempt: `a${attempts++}` });
    const inNameOf = (fence: Fence, ...messages: Attempted[]) => messages.map((message) => ({ ...message, fence }));
    /** `former` had the room until it expired; now `present` has it. */
    const followed = async () => {
      await seed(redis, "7300", 0);
      await acquire(redis, former);
      await redis.hset(KEY, "until", 1);
      await acquire(redis, present);
    };

    it("refuses of a former one what only the owner may say, counts it once, and takes what has an id", async () => {
      await followed();
      const account = Object.assign(new Account(origin.sessionId), { received: 2, facts: 2, waiting: 4 });
      const gap = fact("ttlc.Gap", "1");
      const batch = inNameOf(former, gap, attempted("1"), anonymous(), fact("ControlEvent.DISCONNECTED", "2"));
      const told = batch.map((message) => ({ ...message, account }));
      for (let again = 0; again < 2; again++) expect(await append(...told)).toEqual(["fenced", 1, "fenced", "fenced"]);
      expect(await redis.hget("ttlc:room:7300", "fenced")).toBe("3");
      const ledger = await redis.hgetall(`ttlc:ledger:${origin.sessionId}`);
      expect(ledger).toMatchObject({ received: "2", facts: "2", published: "1", "dropped:fenced": "3", waiting: "0" });
      expect(await append(...inNameOf(present, anonymous(), fact("ttlc.Gap", "3")))).toEqual([2, 3]);
    });

    it("lets a former one note nothing of the room, also with what it takes", async () => {
      await followed();
      await appendToRoom(redis, "7300", inNameOf(present, attempted("1")), { sessionId: "new", cutAt: "" });
      await appendToRoom(redis, "7300", inNameOf(former, attempted("2")), { sessionId: "old", cutAt: "t" });
      expect(await readRoom(redis, "7300")).toMatchObject({ seqNo: 2, sessionId: "new", cutAt: null });
    });

    it("gives what was published before the owner changed its seqNo again, when only the reply was lost", async () => {
      await seed(redis, "7300", 0);
      await acquire(redis, former);
      const batch = inNameOf(former, fact("ttlc.Gap", "1"));
      expect(await append(...batch)).toEqual([1]);
      await redis.hset(KEY, "until", 1);
      await acquire(redis, present);
      expect(await append(...batch)).toEqual([1]);
    });

    it("takes what the next life of the same process finds in the spool", async () => {
      await seed(redis, "7300", 0);
      await acquire(redis, former);
      await acquire(redis, { ...former, token: "next life" });
      expect(await append(...inNameOf(former, fact("ttlc.Gap", "1"), anonymous()))).toEqual([1, 2]);
    });

    it("refuses as a whole what comes while Redis knows no owner; a publisher renews the ownership then", async () => {
      await seed(redis, "7300", 0);
      await expect(append(...inNameOf(present, attempted("1")))).rejects.toThrow(/^UNOWNED/);
      expect(await redis.exists("ttlc:raw")).toBe(0);
      const isOwner = ({ token }: Fence) => token === present.token;
      const publisher = new Publisher({ redis, streamId: "7300", reseed: () => seed(redis, "7300", 0), isOwner });
      expect(await publisher.publish(fact("ttlc.Gap", "1"), { fence: present })).toBe(1);
      await publisher.close();
    });

    it("is not taken from its owner by a former one whose spool is published into a Redis that was emptied", async () => {
      await seed(redis, "7300", 0);
      const publisher = new Publisher({ redis, streamId: "7300", reseed: () => seed(redis, "7300", 0) });
      const refused = new Promise((resolve) => publisher.attach({ ...silent, onOutage: resolve }));
      const said = publisher.publish(fact("ttlc.Gap", "1"), { fence: former });
      const outcome = Promise.race([said.catch((error: unknown) => error), refused]);
      expect(await outcome).toMatchObject({ message: expect.stringMatching(/^UNOWNED/) });
      expect(await redis.exists(KEY)).toBe(0);
      expect(await renew(redis, present)).toBe(true);
      await expect(said).rejects.toBeInstanceOf(FencedError);
      expect(await redis.hget(KEY, "token")).toBe(present.token);
      await publisher.close();
    });

    it("is said to be a former one's when nobody else is left, so that what that one spooled is published", async () => {
      const publisher = new Publisher({
        ...{ redis, streamId: "7300", reseed: () => seed(redis, "7300", 0) },
        ownerlessMs: 1,
      });
      expect(await publisher.publish(fact("ttlc.Gap", "1"), { fence: former })).toBe(1);
      await publisher.close();
    });

    it("tells who published in the name of a former one, and goes on with what follows", async () => {
      await followed();
      let refused = 0;
      const publisher = new Publisher({
        ...{ redis, streamId: "7300", reseed: () => seed(redis, "7300", 0) },
        onFenced: (messages) => {
          refused += messages;
        },
      });
      const outcomes = await Promise.allSettled([
        publisher.publish(fact("ttlc.Gap", "1"), { fence: former }),
        publisher.publish(chat("1"), { fence: former }),
        publisher.publish(fact("ttlc.Gap", "2"), { fence: present }),
      ]);
      expect(outcomes).toMatchObject([{ reason: expect.any(FencedError) }, { value: 1 }, { value: 2 }]);
      expect(refused).toBe(1);
      await publisher.close();
    });
  });

  it("publishes everything once and in order, whatever happens to Redis and its replies", async () => {
    const commands = connect(server.url, "commands");
    commands.on("error", () => {});
    await commands.connect();
    let highestSeed = 0;
    let outages = 0;
    const publisher = new Publisher({
      redis: commands,
      streamId: "7300",
      reseed: async (floor) => {
        highestSeed = Math.max(highestSeed, floor) + 1_048_576;
        await seed(commands, "7300", highestSeed);
      },
    });
    publisher.attach({
      ...silent,
      onOutage: () => {
        outages++;
      },
    });
    const published: Promise<number | null | undefined>[] = [];
    const send = (from: number, to: number) => {
      for (let i = from; i < to; i++) published.push(publisher.publish(chat(String(i + 1))));
    };
    send(0, 500);
    await Promise.all(published);
    send(500, 1_000);
    await redis.client("KILL", "TYPE", "normal", "SKIPME", "yes"); // replies on the way are lost
    send(1_000, 1_500);
    await Promise.all(published);
    await server.kill();
    send(1_500, 2_000);
    await server.start();
    const seqNos = (await Promise.all(published)) as number[];
    expect(outages).toBeGreaterThan(0);
    expect(seqNos).not.toContain(null);
    expect(seqNos).toEqual(seqNos.toSorted((a, b) => a - b));
    const stored = await entries();
    const ids = stored.map(({ msgId }) => Number(msgId));
    expect(new Set(ids).size, "no message twice").toBe(ids.length);
    expect(ids.slice(-500)).toEqual(Array.from({ length: 500 }, (_, i) => 1_501 + i));
    await publisher.close();
    commands.disconnect();
  });

  it("says when its queue is full and when it has room again", async () => {
    const commands = connect(server.url, "commands");
    commands.on("error", () => {});
    const intakes: Intake[] = [];
    const publisher = new Publisher({
      redis: commands,
      streamId: "7300",
      reseed: () => seed(commands, "7300", 0),
    });
    publisher.attach({ ...silent, onIntake: (intake) => intakes.push(intake) });
    const published = Array.from({ length: 10_001 }, (_, i) => publisher.publish(chat(String(i + 1))));
    expect(intakes).toEqual(["open", "paused"]);
    await commands.connect();
    await Promise.all(published);
    await waitFor(() => expect(intakes).toEqual(["open", "paused", "open"]));
    expect(await redis.xlen("ttlc:raw")).toBe(10_001);
    await publisher.close();
    commands.disconnect();
  });
});
