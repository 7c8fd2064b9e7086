import { randomUUID } from "node:crypto";
import type { Page, ServedEvent, SessionAccount } from "../../contracts/api.ts";
import type { Backtest, RuleDraft } from "../../contracts/rule.ts";
import type { Commands } from "../../mixins/streams.mixin.ts";
import { look, nothingFound } from "./backtest.ts";
import { Pace } from "./pace.ts";
import { prepareRule } from "./prepare.ts";
import { RuleSet } from "./rule-set.ts";

/** A finished backtest can be read for so long, in seconds. */
const KEPT_SECONDS = 3_600;
const PAGE = 500;
/** How often the progress is told, in events. */
const TELL_EVERY = 5_000;

const keyOf = (backtestId: string) => `ttlc:backtest:${backtestId}`;

/** What a backtest reads, and where it tells how far it is. */
interface Tools {
  redis: Commands;
  account(sessionId: string): Promise<SessionAccount>;
  history(question: { sessionId: string; after?: string | undefined; limit: number }): Promise<Page<ServedEvent>>;
}

/** How a backtest stands; null when there is none of that id, or no more. */
export async function backtestStatus(redis: Commands, backtestId: string): Promise<Backtest | null> {
  const json = await redis.get(keyOf(backtestId));
  return json === null ? null : JSON.parse(json);
}

/** Begins to look what a checked rule would have done in a session; `ended` settles when that is known. */
export async function startBacktest(
  tools: Tools,
  draft: RuleDraft,
  sessionId: string,
): Promise<{ begun: Backtest; ended: Promise<void> }> {
  const { stored: total } = await tools.account(sessionId);
  const begun: Backtest = { backtestId: randomUUID(), sessionId, state: "running", total, ...nothingFound() };
  await tell(tools.redis, begun);
  return { begun, ended: run(tools, draft, structuredClone(begun)) };
}

async function run(tools: Tools, draft: RuleDraft, job: Backtest): Promise<void> {
  try {
    await lookThrough(tools, draft, job);
    job.state = "done";
  } catch (error) {
    job.state = "failed";
    job.reason = error instanceof Error ? error.name : "unknown";
    throw error;
  } finally {
    await tell(tools.redis, job);
  }
}

async function lookThrough(tools: Tools, draft: RuleDraft, job: Backtest): Promise<void> {
  const { rule } = prepareRule(draft);
  if (!rule) throw new TypeError("the rule was not checked");
  const rules = new RuleSet([{ ruleId: job.backtestId, version: 0, rule, pace: new Pace(draft), acted: new Set() }]);
  let after: string | undefined;
  do {
    const page = await tools.history({ sessionId: job.sessionId, after, limit: PAGE });
    look(rules, page.items, job);
    after = page.next ?? undefined;
    if (job.events % TELL_EVERY < PAGE) await tell(tools.redis, job);
  } while (after !== undefined);
}

const tell = (redis: Commands, job: Backtest) =>
  redis.set(keyOf(job.backtestId), JSON.stringify(job), "EX", KEPT_SECONDS);
