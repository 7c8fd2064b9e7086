import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ReplCommands } from "../../lib/repl/commands.ts";
import { readStreams, streamRows } from "../../lib/repl/streams.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { waitFor } from "../support/wait-for.ts";

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const add = (streamId: string, message: string) => {
  const event = { streamId, eventType: "CHAT", seqNo: 1, timestamp: new Date(), user: null, payload: { message } };
  return redis.xadd("ttlc:events", "*", "event", JSON.stringify(event));
};

describe("streams", () => {
  it("shows length, lag, pending, consumers and the age of what is pending", async () => {
    const now = 1_800_000_060_000;
    for (let i = 0; i < 5; i++) await redis.xadd("ttlc:raw", `${now - 60_000}-${i}`, "type", "x");
    await redis.xgroup("CREATE", "ttlc:raw", "normalizer", "0");
    await redis.xreadgroup("GROUP", "normalizer", "one", "COUNT", 2, "STREAMS", "ttlc:raw", ">");

    expect(streamRows(await readStreams(redis, now))).toEqual([
      ["Stream", "Length", "Group", "Lag", "Pending", "Consumers", "Oldest pending"],
      ["ttlc:raw", "5", "normalizer", "3", "2", "1", "60 s"],
      ["ttlc:events", "0", "-", "", "", "", ""],
      ["ttlc:dlq", "0", "-", "", "", "", ""],
    ]);
  });
});

describe("ledger", () => {
  it("prints what became of a session", async () => {
    const sessionId = "00000000-0000-4000-8000-000000000001";
    const account = { sessionId, stored: 7, duplicates: 0, deadLettered: [], redriven: 0, gaps: [] };
    await redis.hset(`ttlc:ledger:${sessionId}`, { received: 6, facts: 1, published: 7, normalised: 7 });
    const printed: string[] = [];
    const commands = new ReplCommands(
      () => new Redis(server.url),
      (line) => printed.push(line),
    );
    const command = commands.list.find((each) => each.command.startsWith("ledger"));
    const broker = { call: async () => account } as never;
    await command?.action(broker, { sessionId }, { table: String });
    expect(printed.join("\n")).toMatch(/^received +6\n(.*\n)*stored +7\n(.*\n)*it balances$/);
  });
});

describe("dlq and redrive", () => {
  const run = async (line: string, answers: Record<string, unknown>) => {
    const printed: string[] = [];
    const calls: [action: string, params: object][] = [];
    const commands = new ReplCommands(
      () => new Redis(server.url),
      (text) => printed.push(text),
    );
    const [name = "", argument = "", rate] = line.split(" ");
    const broker = {
      call: async (action: string, params: object) => {
        calls.push([action, params]);
        return answers[action];
      },
    };
    const command = commands.list.find((each) => each.command.startsWith(name));
    const args = argument ? { id: argument, what: argument, ...(rate && { rate }) } : {};
    await command?.action(broker as never, args, { table: (rows) => rows.map((row) => row.join("|")).join("\n") });
    return { printed: printed.join("\n"), calls };
  };
  const job = { id: "j", kind: "redrive", total: 3, done: 0, failed: 0, reason: null };

  it("lists causes, or says that there are none", async () => {
    const cause = { cause: "00ff", stage: "storage", reason: "STORE_REJECTED", error: "no", count: 7, open: 2 };
    const page = { items: [{ ...cause, firstAt: "a", lastAt: "b", sample: "9-0" }], next: "more" };
    const { printed } = await run("dlq", { "storage.letterCauses": page });
    expect(printed).toMatch(/\n00ff\|storage\|.*\nThere are more/);
    expect(await run("dlq", { "storage.letterCauses": { items: [], next: null } })).toMatchObject({
      printed: "There are no dead letters.",
    });
    expect(await run("dlq 1-0", { "storage.letter": null })).toMatchObject({
      printed: expect.stringContaining("no dead"),
    });
  });

  it.each<[string, object, object]>([
    ["all", { filter: {} }, {}],
    ["all 20", { filter: {} }, { rate: 20 }],
    ["17-0", { ids: ["17-0"] }, {}],
    ["00112233aabbccdd", { filter: { cause: "00112233aabbccdd" } }, {}],
  ])("redrive %s says how many before it begins, and watches until the end", async (what, choice, rate) => {
    const { printed, calls } = await run(`redrive ${what}`, {
      "storage.countLetters": { count: 3 },
      "storage.startLetterJob": { ...job, state: "running" },
      "storage.letterJob": { ...job, state: "done", done: 3 },
    });
    expect(calls.slice(0, 2)).toEqual([
      ["storage.countLetters", choice],
      ["storage.startLetterJob", { ...choice, ...rate, kind: "redrive", askedBy: "repl" }],
    ]);
    expect(printed).toMatch(/^3 dead letters, (500|20) a second\nredrive j: done, 3 of 3$/);
  });

  it.each(["0", "fast", "1e9"])("redrives nothing at a rate of %s", async (rate) => {
    expect(await run(`redrive all ${rate}`, {})).toMatchObject({ calls: [], printed: expect.stringContaining("rate") });
  });

  it("shows how far a run is", async () => {
    const { printed } = await run("redrive j", { "storage.letterJob": { ...job, state: "done", done: 3 } });
    expect(printed).toBe("redrive j: done, 3 of 3");
  });
});

describe("tail", () => {
  it("prints the events of its room from now on, until untail", async () => {
    await add("7", "before");
    const printed: string[] = [];
    const connect = () => new Redis(server.url, { maxRetriesPerRequest: null });
    const commands = new ReplCommands(connect, (line) => printed.push(line));
    const run = (name: string, args = {}) =>
      commands.list
        .find(({ command }) => command.startsWith(name))
        ?.action(undefined as never, args, { table: String });

    await run("tail", { streamId: "7" });
    await waitFor(async () => {
      await add("8", "another room");
      await add("7", "mine");
      expect(printed.length).toBeGreaterThan(1);
    });
    await run("untail");
    const count = printed.length;
    expect(new Set(printed.map((line) => line.replace(/^.*CHAT +/, "")))).toEqual(new Set(["mine"]));

    await add("7", "too late");
    const connections = () => redis.client("LIST").then((list) => String(list).trim().split("\n").length);
    await waitFor(async () => expect(await connections()).toBe(1));
    expect(printed).toHaveLength(count);
  });
});
