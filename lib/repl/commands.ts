import type { Redis } from "ioredis";
import { readStreams, streamRows } from "./streams.ts";
import { Tail } from "./tail.ts";

/** What moleculer-repl takes as a custom command, as far as it is used here. */
interface Command {
  command: string;
  description: string;
  action(
    broker: unknown,
    args: { streamId?: string },
    helpers: { table(rows: string[][]): string },
  ): void | Promise<void>;
}

/** `streams`, `tail` and `untail` of the REPL; `untail` also ends what Ctrl-C should end. */
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
        const redis = this.#connect();
        try {
          this.#print(table(streamRows(await readStreams(redis, Date.now()))));
        } finally {
          redis.disconnect();
        }
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

  async untail(): Promise<void> {
    const tail = this.#tail;
    this.#tail = undefined;
    await tail?.stop();
  }
}
