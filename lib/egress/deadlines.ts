import { EgressFailedError } from "./errors.ts";

/** The deadlines of one request: when one of them passes, `signal` tears it down. To be ended whatever happens. */
export class Deadlines {
  readonly #abort = new AbortController();
  readonly #given: AbortSignal | undefined;
  readonly #passed = Promise.withResolvers<never>();
  readonly #total: NodeJS.Timeout;
  #stage: NodeJS.Timeout | undefined;

  /** @param given gives the request up from outside */
  constructor(totalMs: number, given?: AbortSignal) {
    this.#passed.promise.catch(() => {});
    this.#total = setTimeout(this.#pass, totalMs, "it did not answer in full in time");
    this.#given = given;
    given?.addEventListener("abort", this.#giveUp);
    if (given?.aborted) this.#giveUp();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** What is to come next has `ms`; the stage before it is over. Without an argument there is none. */
  stage(ms?: number, message = ""): void {
    clearTimeout(this.#stage);
    if (ms !== undefined) this.#stage = setTimeout(this.#pass, Math.max(0, ms), message);
  }

  /** @throws EgressFailedError `timeout` when a deadline is faster than `work` */
  before<Result>(work: Promise<Result>): Promise<Result> {
    return Promise.race([work, this.#passed.promise]);
  }

  end(): void {
    clearTimeout(this.#total);
    clearTimeout(this.#stage);
    this.#given?.removeEventListener("abort", this.#giveUp);
    this.#abort.abort();
  }

  readonly #pass = (message: string): void => {
    this.#passed.reject(new EgressFailedError("timeout", message));
    this.#abort.abort();
  };
  readonly #giveUp = (): void => this.#pass("it was given up by us");
}
