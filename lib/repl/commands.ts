import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { ServiceBroker } from "moleculer";
import type { Page } from "../../contracts/api.ts";
import {
  type LetterCause,
  type LetterChoice,
  type LetterDetail,
  type LetterJob,
  redriveRate,
} from "../../contracts/letters.ts";
import { readDrift } from "../drift/read-drift.ts";
import { readLedger } from "../ledger/read-ledger.ts";
import { driftLines } from "./drift-lines.ts";
import { ledgerLines } from "./ledger-lines.ts";
import { causeRows, jobLine, letterLines } from "./letter-lines.ts";
import { readStreams, streamRows } from "./streams.ts";
import { Tail } from "./tail.ts";

/** What moleculer-repl takes as a custom command, as far as it is used here. */
interface Command {
  command: string;
  description: string;
  action(
    broker: ServiceBroker,
    args: { streamId?: string; sessionId?: string; id?: string; what?: string; rate?: string },
    helpers: { table(rows: string[][]): string },
  ): void | Promise<void>;
}

/** How long `redrive` watches what it began. */
const WATCH_MS = 10_000;
const LOOK_MS = 200;

/** `streams`, `ledger`, `drift`, `dlq`, `redrive`, `tail` and `untail` of the REPL; `untail` also ends what Ctrl-C should end. */
export class ReplCommands {
  readonly #connect: () => Redis;
  readonly #print: (line: string) => void;
  #tail: Tail | undefined;

  /**
   * @param connect opens a connection that waits for a lost Redis; each command closes its own
   * @param print shows a line without disturbing what is being typed
   */
  constructor(connect: () => Redis, print: (line: string) => void) {
    this.#connect = connect;
    this.#print = print;
  }

  readonly list: Command[] = [
    {
      command: "streams",
      description: "Redis Streams of the pipeline: length, groups, lag, pending, consumers",
      action: async (_broker, _args, { table }) => {
        const states = await this.#withRedis((redis) => readStreams(redis, Date.now()));
        this.#print(table(streamRows(states)));
      },
    },
    {
      command: "ledger <sessionId>",
      description: "What became of every message of a session, and whether it balances",
      action: async (broker, { sessionId = "" }) => {
        const ledger = await this.#withRedis((redis) =>
          readLedger(redis, (params) => broker.call("storage.sessionAccount", params), sessionId),
        );
        this.#print(ledger ? ledgerLines(ledger).join("\n") : "There is no session of that id.");
      },
    },
    {
      command: "drift",
      description: "What changed at TikTok: unknown types and fields, messages that cannot be read",
      action: async (broker) => {
        const report = await readDrift(broker);
        this.#print(report ? driftLines(report).join("\n") : "No normalizer answers.");
      },
    },
    {
      command: "dlq [id]",
      description: "Dead letters by cause; with an id one of them, and what a redrive would do",
      action: async (broker, { id }, { table }) => {
        if (id) {
          const letter = await broker.call<LetterDetail | null, object>("storage.letter", { id });
          return this.#print(letter ? letterLines(letter).join("\n") : "There is no dead letter of that id.");
        }
        const query = { filter: {}, limit: 50 };
        const { items, next } = await broker.call<Page<LetterCause>, object>("storage.letterCauses", query);
        this.#print(items.length > 0 ? table(causeRows(items)) : "There are no dead letters.");
        if (next) this.#print("There are more: GET /dlq?group=cause shows all of them.");
      },
    },
    {
      command: "redrive <what> [rate]",
      description:
        "Sends dead letters back, `rate` a second (500): a letter's id, a cause of `dlq`, or all; a run's id shows how far it is",
      action: async (broker, { what = "", rate }) => {
        const choice = choiceOf(what);
        if (rate !== undefined && !isRate(rate)) return this.#print("The rate is a number of letters a second.");
        const job = choice
          ? await this.#redrive(broker, choice, rate === undefined ? {} : { rate: Number(rate) })
          : await broker.call<LetterJob | null, object>("storage.letterJob", { id: what });
        this.#print(job ? jobLine(await watched(broker, job)) : "There is no run of that id.");
      },
    },
    {
      command: "tail [streamId]",
      description: "Live events of a room (all rooms without streamId), until untail or Ctrl-C",
      action: async (_broker, { streamId }) => {
        await this.untail();
        this.#tail = new Tail(this.#connect(), streamId, this.#print);
      },
    },
    { command: "untail", description: "Ends tail", action: () => this.untail() },
  ];

  /** Says how many before it begins. */
  async #redrive(broker: ServiceBroker, choice: LetterChoice, rate: { rate?: number }): Promise<LetterJob> {
    const { count } = await broker.call<{ count: number }, object>("storage.countLetters", choice);
    this.#print(`${count} dead letters, ${rate.rate ?? redriveRate.default} a second`);
    return broker.call("storage.startLetterJob", { ...choice, ...rate, kind: "redrive", askedBy: "repl" });
  }

  async #withRedis<Result>(task: (redis: Redis) => Promise<Result>): Promise<Result> {
    const redis = this.#connect();
    try {
      return await task(redis);
    } finally {
      redis.disconnect();
    }
  }

  async untail(): Promise<void> {
    const tail = this.#tail;
    this.#tail = undefined;
    await tail?.stop();
  }
}

/** Undefined for what should be the id of a run. */
function choiceOf(what: string): LetterChoice | undefined {
  if (what === "all") return { filter: {} };
  if (/^\d+-\d+$/.test(what)) return { ids: [what] };
  return /^[0-9a-f]{16}$/.test(what) ? { filter: { cause: what } } : undefined;
}

const isRate = (text: string): boolean => /^[1-9]\d{0,5}$/.test(text) && Number(text) <= redriveRate.maximum;

/** The job at its end, or as it is after a while. */
async function watched(broker: ServiceBroker, job: LetterJob): Promise<LetterJob> {
  let now = job;
  for (const until = performance.now() + WATCH_MS; now.state === "running" && performance.now() < until; ) {
    await sleep(LOOK_MS);
    now = (await broker.call<LetterJob | null, object>("storage.letterJob", { id: job.id })) ?? now;
  }
  return now;
}
