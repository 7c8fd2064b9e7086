import type { Redis } from "ioredis";
import type { ServiceBroker } from "moleculer";
import { readDrift } from "../drift/read-drift.ts";
import { readLedger } from "../ledger/read-ledger.ts";
import { driftLines } from "./drift-lines.ts";
import { ledgerLines } from "./ledger-lines.ts";
import { readStreams, streamRows } from "./streams.ts";
import { Tail } from "./tail.ts";

/** What moleculer-repl takes as a custom command, as far as it is used here. */
interface Command {
  command: string;
  description: string;
  action(
    broker: ServiceBroker,
    args: { streamId?: string; sessionId?: string },
    helpers: { table(rows: string[][]): string },
  ): void | Promise<void>;
}

/** `streams`, `ledger`, `drift`, `tail` and `untail` of the REPL; `untail` also ends what Ctrl-C should end. */
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
      command: "tail [streamId]",
      description: "Live events of a room (all rooms without streamId), until untail or Ctrl-C",
      action: async (_broker, { streamId }) => {
        await this.untail();
        this.#tail = new Tail(this.#connect(), streamId, this.#print);
      },
    },
    { command: "untail", description: "Ends tail", action: () => this.untail() },
  ];

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
