import type { Service } from "moleculer";
import { surveyStreams } from "../../mixins/streams/survey.ts";
import type { Commands } from "../../mixins/streams.mixin.ts";
import { backlogOf, isFarBehind, isShortOfMemory, memoryLoad } from "./pressure.ts";

const LOOK_MS = 1_000;

export interface RedisWatchOptions {
  redis: Commands;
  logger: Service["logger"];
  /** Entries that the normalizer or storage may have before it. (Default: 1,000,000) */
  maxBacklog?: number | undefined;
  /** Redis is to be given nothing more, or takes messages again. */
  onHold(isHeld: boolean): void;
}

/**
 * Finds out when Redis is to be given nothing more, although it would take it: it is short of memory, or the normalizer
 * or storage is far behind, which without a limit of memory would fill the machine.
 */
export class RedisWatch {
  readonly #options: RedisWatchOptions;
  #isShort = false;
  #isFarBehind = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RedisWatchOptions) {
    this.#options = options;
  }

  get isHeld(): boolean {
    return this.#isShort || this.#isFarBehind;
  }

  start(): void {
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const { redis, maxBacklog, onHold } = this.#options;
    const [load, entries] = await Promise.all([
      redis.info("memory").then(memoryLoad, unknown),
      surveyStreams(redis).then(backlogOf, unknown),
    ]);
    const wasHeld = this.isHeld;
    if (load !== undefined) this.#findMemory(load);
    if (entries !== undefined) this.#findBacklog(entries, maxBacklog);
    if (this.isHeld !== wasHeld) onHold(this.isHeld);
  }

  #findMemory(load: number): void {
    const { logger } = this.#options;
    const isShort = isShortOfMemory(load, this.#isShort);
    if (isShort === this.#isShort) return;
    this.#isShort = isShort;
    if (isShort) logger.error({ load }, "Redis is short of memory: rooms are spooled to disk");
    else logger.info({ load }, "Redis has room again");
  }

  #findBacklog(entries: number, max: number | undefined): void {
    const { logger } = this.#options;
    const isBehind = isFarBehind(entries, this.#isFarBehind, max);
    if (isBehind === this.#isFarBehind) return;
    this.#isFarBehind = isBehind;
    if (isBehind) logger.error({ entries }, "normalizer or storage is far behind: rooms are spooled to disk");
    else logger.info({ entries }, "normalizer and storage have caught up");
  }
}

/** When it is away the publishers find out by themselves. */
const unknown = () => undefined;
