import type { RuleDraft } from "../../../../contracts/rule.ts";
import type { Backtest } from "../../../../contracts/rule-backtest.ts";
import { type ApiError, apiError, isLost, ruleApi } from "../api.ts";
import { askToSignIn } from "../session.ts";

const KEY = "ttlc:backtest";

/** A backtest as the server says that it is: who leaves the page finds it again, and nothing but its end ends it. */
export class BacktestRun {
  backtest = $state.raw<Backtest | null>(null);
  /** Another one was found running in its place: one runs at a time. */
  isOther = $state(false);
  error = $state.raw<ApiError | null>(null);
  busy = $state(false);
  /** Of which rule; undefined: of one that is not saved. */
  readonly #ruleId: string | undefined;

  constructor(ruleId: string | undefined) {
    this.#ruleId = ruleId;
  }

  get isRunning(): boolean {
    return this.backtest?.state === "running";
  }

  /** The one that was begun in this tab for this rule, if it is still known. */
  async find(): Promise<void> {
    const { ruleId, backtestId } = remembered();
    if (backtestId === undefined || ruleId !== this.#ruleId) return;
    const found = await ruleApi.backtestStatus(backtestId).catch(() => null);
    const isOfThis = ruleId !== undefined || found?.state === "running"; // a new rule may be another one by now
    if (found && isOfThis && !this.busy) this.backtest ??= found;
  }

  run(draft: RuleDraft, sessionId: string): Promise<void> {
    return this.#act(async () => {
      this.isOther = false;
      this.backtest = await ruleApi.backtest(draft, sessionId);
      remember({ ruleId: this.#ruleId, backtestId: this.backtest.backtestId });
    });
  }

  stop(): Promise<void> {
    return this.#act(async () => {
      if (this.backtest) this.backtest = await ruleApi.stopBacktest(this.backtest.backtestId);
    });
  }

  /** The last state stays while nobody answers. */
  async refresh(): Promise<void> {
    const { backtest } = this;
    if (!backtest || !this.isRunning || this.busy) return;
    try {
      const now = await ruleApi.backtestStatus(backtest.backtestId);
      if (this.backtest === backtest) this.backtest = now;
    } catch (reason) {
      const error = apiError(reason);
      if (isLost(error) || error.status === 429 || askToSignIn(error)) return;
      this.backtest = null;
      this.error = error;
    }
  }

  async #act(what: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.error = null;
    try {
      await what();
    } catch (reason) {
      const error = apiError(reason);
      if (!(await this.#adopt(error)) && !askToSignIn(error)) this.error = error;
    } finally {
      this.busy = false;
    }
  }

  /** Shows the one that is in the way, which the refusal names. */
  async #adopt({ code, details }: ApiError): Promise<boolean> {
    if (code !== "BACKTEST_RUNNING") return false;
    const { backtestId } = details as { backtestId: string };
    this.backtest = await ruleApi.backtestStatus(backtestId).catch(() => null);
    this.isOther = this.backtest !== null && remembered().backtestId !== backtestId;
    return this.backtest !== null;
  }
}

interface Remembered {
  ruleId?: string | undefined;
  backtestId?: string;
}

/** For this tab; one that keeps nothing finds it by the refusal of the next. */
function remember(run: Remembered): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(run));
  } catch {}
}

function remembered(): Remembered {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "{}") as Remembered;
  } catch {
    return {};
  }
}
