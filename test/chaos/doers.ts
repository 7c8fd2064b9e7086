import { setTimeout as sleep } from "node:timers/promises";
import { ServiceBroker } from "moleculer";
import type { ReplayStatus } from "../../contracts/replay.ts";
import brokerOptions from "../../moleculer.config.ts";
import { testConfig } from "../support/config.ts";
import type { Outside } from "./outside.ts";
import { lateRule } from "./wishes.ts";

/** Whoever may be needed is back by then. */
const PATIENCE_MS = 60_000;
const ASK_AGAIN_MS = 200;
/** Of replays: at `max` they take what the machine has. */
const SPEED = 5;

/** A streamer who changes rules and replays sessions in the middle of it, and those whom rules and the forwarder send to. */
export class Doers {
  readonly outside: Outside;
  readonly channelId: string;
  readonly #broker: ServiceBroker;
  #lateRules = 0;
  #stopped = false;

  constructor(redisUrl: string, { outside, channelId }: { outside: Outside; channelId: string }) {
    this.outside = outside;
    this.channelId = channelId;
    const config = testConfig({ REDIS_URL: redisUrl, LOG_LEVEL: "fatal", TTLC_NODE_ID: "chaos" });
    this.#broker = new ServiceBroker(brokerOptions(config));
  }

  start(): Promise<void> {
    return this.#broker.start();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#broker.stop();
  }

  /** Makes a rule, then has the session replayed; resolves once that has begun. */
  async replay(sessionId: string): Promise<void> {
    await this.#persist("rules.create", () => {
      const draft = lateRule(this.outside, `late-${++this.#lateRules}`); // one that was made and not heard of stays
      return { channelId: this.channelId, draft, by: "chaos" };
    });
    await this.#persist<ReplayStatus>("ingest.replay", () => ({ sessionId, speed: SPEED }));
  }

  /** Asks until there is an answer: anybody may be away. */
  async #persist<Answer>(action: string, params: () => object): Promise<Answer> {
    for (const startedAt = performance.now(); ; ) {
      try {
        return await this.#broker.call<Answer, object>(action, params(), { timeout: 5_000 });
      } catch (error) {
        if (this.#stopped || performance.now() - startedAt > PATIENCE_MS) throw error;
        await sleep(ASK_AGAIN_MS);
      }
    }
  }
}
