import type { LetterJob } from "../../../../contracts/letters.ts";
import { type ApiError, apiError, letterApi } from "../api.ts";
import { Paged } from "../paged.svelte.ts";
import { askToSignIn } from "../session.ts";

/** Runs that redrive or discard, the newest first, each as the server says that it is: a reload changes nothing. */
export class LetterRuns {
  readonly list = new Paged<LetterJob>(letterApi.runs);
  /** Why one was not stopped. */
  refusal = $state.raw<ApiError | null>(null);
  readonly #onend: () => void;

  /** @param onend after each end of a run that was followed */
  constructor(onend: () => void) {
    this.#onend = onend;
  }

  /** One that was begun now, or is known better now. */
  show(run: LetterJob) {
    const before = this.list.items ?? [];
    const isKnown = before.some(({ id }) => id === run.id);
    this.list.items = isKnown ? before.map((one) => (one.id === run.id ? run : one)) : [run, ...before];
  }

  /** Asks how far those are that run. The last state stays while nobody answers. */
  async follow() {
    const running = (this.list.items ?? []).filter(({ state }) => state === "running");
    const asked = await Promise.all(running.map(({ id }) => letterApi.run(id).catch(() => null)));
    const answers = asked.filter((run) => run !== null);
    for (const run of answers) this.show(run);
    if (answers.some(({ state }) => state !== "running")) this.#onend();
  }

  async stop({ id }: LetterJob) {
    this.refusal = null;
    try {
      this.show(await letterApi.stop(id));
      this.#onend();
    } catch (reason) {
      this.refusal = apiError(reason);
      askToSignIn(this.refusal);
    }
  }
}
