import type { Provider } from "../../contracts/raw-envelope.ts";
import type { SourceScore } from "../../contracts/room.ts";
import type { SourceMessage } from "./raw-message.ts";
import { readCommon } from "./wire.ts";

/** A message that the other source has not brought within this was brought by one only. */
const WINDOW_MS = 30_000;
/** Messages remembered in a window. */
const MAX_REMEMBERED = 20_000;
/** Of every so many messages the delay is measured, and of so many the median is taken. */
const SAMPLE = 10;
const SAMPLES = 200;
/** TikTok LIVE did not exist before. */
const EARLIEST = Date.UTC(2016, 0, 1);

interface Score {
  isConnected: boolean;
  messages: number;
  onlyHere: number;
  errors: number;
  lastError?: string;
  /** From TikTok's createTime to our receipt, in ms; the newest replaces the oldest. */
  delays: number[];
}

/** How the sources of one room do, compared. What two bring at the same time is matched by TikTok's ids. */
export class Scorecard {
  readonly #scores = new Map<Provider, Score>();
  /** Message -> who brought it; undefined: more than one did. */
  #recent = new Map<string, Provider | undefined>();
  #before = new Map<string, Provider | undefined>();
  #since = 0;
  #connected = 0;

  constructor(providers: readonly Provider[]) {
    for (const provider of providers) {
      this.#scores.set(provider, { isConnected: false, messages: 0, onlyHere: 0, errors: 0, delays: [] });
    }
  }

  connected(provider: Provider, isConnected: boolean): void {
    this.#of(provider).isConnected = isConnected;
    this.#connected = [...this.#scores.values()].filter((score) => score.isConnected).length;
  }

  failed(provider: Provider, code: string): void {
    const score = this.#of(provider);
    score.errors++;
    score.lastError = code;
  }

  received(provider: Provider, message: SourceMessage): void {
    const score = this.#of(provider);
    if (score.messages++ % SAMPLE === 0) this.#measure(score, message);
    if (this.#connected > 1 && !message.isHistory && message.msgId !== "" && message.msgId !== "0") {
      this.#match(provider, `${message.method}|${message.msgId}`, message.receivedAt.getTime());
    }
  }

  scores(now = Date.now()): SourceScore[] {
    this.#rotate(now);
    const isAlone = this.#scores.size < 2;
    return [...this.#scores].map(([provider, { isConnected, messages, onlyHere, errors, lastError, delays }]) => ({
      provider,
      isConnected,
      messages,
      onlyHere: isAlone ? null : onlyHere,
      medianDelayMs: median(delays),
      errors,
      ...(lastError ? { lastError } : {}),
    }));
  }

  #measure(score: Score, { isHistory, receivedAt, payload, common }: SourceMessage): void {
    const { createTime = 0 } = common ?? readCommon(payload);
    if (isHistory || createTime < EARLIEST) return;
    score.delays.push(receivedAt.getTime() - createTime);
    if (score.delays.length > SAMPLES) score.delays.shift();
  }

  #match(provider: Provider, key: string, at: number): void {
    this.#rotate(at);
    const generation = this.#before.has(key) ? this.#before : this.#recent;
    if (!generation.has(key)) generation.set(key, provider);
    else if (generation.get(key) !== provider) generation.set(key, undefined);
  }

  /** What leaves the window was brought by one only, or by both. */
  #rotate(now: number): void {
    if (now - this.#since < WINDOW_MS && this.#recent.size < MAX_REMEMBERED) return;
    for (const provider of this.#before.values()) if (provider) this.#of(provider).onlyHere++;
    this.#before = this.#recent;
    this.#recent = new Map();
    this.#since = now;
  }

  #of(provider: Provider): Score {
    return this.#scores.get(provider) as Score;
  }
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
