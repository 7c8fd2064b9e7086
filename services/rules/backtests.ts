import { randomUUID } from "node:crypto";
import { Errors } from "moleculer";
import type { ServedEvent, SessionAccount, SessionItem } from "../../contracts/api.ts";
import type { RuleDraft } from "../../contracts/rule.ts";
import type { Backtest } from "../../contracts/rule-backtest.ts";
import type { Commands } from "../../mixins/streams.mixin.ts";
import { emptyTally, Look } from "./backtest.ts";
import type { Owner } from "./owners.ts";
import { prepareRule } from "./prepare.ts";
import { Rehearsal } from "./rehearsal.ts";

/** A backtest can be read for so long, in seconds. */
const KEPT_SECONDS = 3_600;
/** A process that said nothing for so long does not go on with its backtest. */
const LEASE_SECONDS = 30;
/** Events that are passed at a time. */
const PAGE = 2_000;
/** How often the progress is told, in pages. */
const TELL_EVERY = 3;

/** Where it stands, as the process that runs it tells. */
const placeOf = (backtestId: string) => `ttlc:backtest:${backtestId}`;
/** How it ended: who says so first is right. */
const endOf = (backtestId: string) => `ttlc:backtest:${backtestId}:end`;
/** The one that runs for somebody. */
const leaseOf = (by: string) => `ttlc:backtest-of:${by}`;

type End = Pick<Backtest, "state" | "reason">;

const interrupted: End = { state: "failed", reason: "The process that ran it ended: ask again." };
const unreadable: End = { state: "failed", reason: "The sessions could not be read: see the log of rules." };

/** Somebody asks for another one before the first has ended. */
class BacktestRunning extends Errors.MoleculerClientError {
  constructor(backtestId: string) {
    const message = `One backtest runs at a time: wait for ${backtestId}, or end it.`;
    super(message, 409, "BACKTEST_RUNNING", { backtestId });
  }
}

class NothingStored extends Errors.MoleculerClientError {
  constructor(sessionId: string) {
    const message = `Nothing is stored of session ${sessionId}, or it is a replay: name one of GET /sessions whose source is live.`;
    super(message, 404, "NOTHING_TO_BACKTEST", { sessionId });
  }
}

interface PastQuestion {
  streamId: string;
  sessionIds: readonly string[];
  type: RuleDraft["eventType"];
  after: string;
  through: string;
  limit: number;
}

interface Tools {
  redis: Commands;
  logger: { warn(...args: unknown[]): void };
  /** The account that acts, in lower case. */
  account: string | undefined;
  /** Whose stream it is; null: not known. */
  owner(streamId: string): Promise<Owner | null>;
  session(sessionId: string): Promise<SessionItem | null>;
  sessionAccount(sessionId: string): Promise<SessionAccount>;
  /** Up to where everything is stored. */
  boundary(): Promise<{ position: string }>;
  past(question: PastQuestion): Promise<{ events: ServedEvent[]; passed: Record<string, number>; next: string | null }>;
}

/** A backtest, and whose it is. */
interface Placed {
  by: string;
  backtest: Backtest;
}

/** Backtests: each is run by the process that was asked for it, and can be read and ended at any. */
export class Backtests {
  readonly #running = new Set<Promise<void>>();
  #tools: Tools | undefined;
  #isStopped = false;

  use(tools: Tools): void {
    this.#tools = tools;
  }

  /**
   * Begins to look what a checked rule would have done.
   *
   * @param by whoever asks: may have one at a time
   * @throws BACKTEST_RUNNING, NOTHING_TO_BACKTEST
   */
  async start(draft: RuleDraft, sessionIds: readonly string[], by: string): Promise<Backtest> {
    const backtestId = randomUUID();
    const { redis, logger } = this.#given;
    const sessions = await this.#sessionsOf(sessionIds);
    const total = sessions.reduce((sum, session) => sum + session.total, 0);
    const backtest: Backtest = {
      backtestId,
      state: "running",
      ...emptyTally(total),
      sessions,
      firings: [],
      unlisted: 0,
    };
    const other = await redis.set(leaseOf(by), backtestId, "EX", LEASE_SECONDS, "NX", "GET");
    if (other !== null) throw new BacktestRunning(other);
    const placed = { by, backtest: structuredClone(backtest) };
    await this.#tell(placed);
    const running = this.#run(draft, placed)
      .catch((err) => logger.warn({ err, backtestId }, "the end of a backtest could not be told"))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
    return backtest;
  }

  /** Null when there is none of that id, or no more. */
  async status(id: string): Promise<Backtest | null> {
    const backtestId = id.toLowerCase(); // as keys have it
    const placed = await this.#find(backtestId);
    if (placed?.backtest.state !== "running") return placed?.backtest ?? null;
    if ((await this.#given.redis.get(leaseOf(placed.by))) === backtestId) return placed.backtest;
    const ended = (await this.#find(backtestId))?.backtest ?? null; // meanwhile, or it never will
    return ended?.state === "running" ? { ...ended, ...interrupted } : ended;
  }

  /** What it found until then stays. Null as with `status`; one that is over stays so. */
  async cancel(backtestId: string): Promise<Backtest | null> {
    const placed = await this.#find(backtestId.toLowerCase());
    if (placed) await this.#end(placed, { state: "cancelled" });
    return this.status(backtestId);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#running);
  }

  get #given(): Tools {
    return this.#tools as Tools;
  }

  /** As they began. */
  async #sessionsOf(sessionIds: readonly string[]): Promise<Backtest["sessions"]> {
    const { session, sessionAccount } = this.#given;
    const ids = new Set(sessionIds.map((sessionId) => sessionId.toLowerCase()));
    const found = [...ids].map(async (sessionId) => {
      const [item, { gaps, deadLettered }] = await Promise.all([session(sessionId), sessionAccount(sessionId)]);
      if (item?.source !== "live") throw new NothingStored(sessionId);
      const failed = deadLettered.reduce((sum, { count }) => sum + count, 0);
      const { streamId, startedAt } = item;
      return {
        startedAt,
        found: { sessionId, streamId, ...emptyTally(item.events), gaps: gaps.length, deadLettered: failed },
      };
    });
    const inOrder = (await Promise.all(found)).sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
    return inOrder.map(({ found }) => found);
  }

  async #run(draft: RuleDraft, placed: Placed): Promise<void> {
    let end: End;
    try {
      end = (await this.#lookThrough(draft, placed)) ? { state: "done" } : interrupted;
      await this.#tell(placed);
    } catch (err) {
      this.#given.logger.warn({ err, backtestId: placed.backtest.backtestId }, "a backtest failed");
      end = unreadable;
    }
    await this.#end(placed, end);
  }

  /** Cooldowns go on from session to session of a stream, and from no stream to another. False: it was ended before. */
  async #lookThrough(draft: RuleDraft, placed: Placed): Promise<boolean> {
    const { past, boundary, account, owner: ownerOf } = this.#given;
    const { sessions } = placed.backtest;
    const { position: through } = await boundary();
    const look = new Look(placed.backtest);
    const { rule } = prepareRule(draft, true);
    if (!rule) throw new TypeError("the rule was not checked");
    let pages = 0;
    for (const [streamId, some] of Map.groupBy(sessions, (session) => session.streamId)) {
      const broadcast = new Rehearsal(rule, { account, owner: await ownerOf(streamId) });
      const sessionIds = some.map(({ sessionId }) => sessionId);
      const question = { streamId, sessionIds, type: draft.eventType, through, limit: PAGE };
      for (let after: string | null = "0-0"; after !== null; ) {
        const { events, passed, next } = await past({ ...question, after });
        look.at(broadcast, events);
        look.pass(passed);
        after = next;
        if (!(await this.#mayGoOn(placed))) return false;
        if (++pages % TELL_EVERY === 0) await this.#tell(placed);
      }
    }
    return true;
  }

  async #mayGoOn({ by, backtest }: Placed): Promise<boolean> {
    const { redis } = this.#given;
    if (this.#isStopped || (await redis.get(leaseOf(by))) !== backtest.backtestId) return false;
    await redis.expire(leaseOf(by), LEASE_SECONDS);
    return true;
  }

  async #tell(placed: Placed): Promise<void> {
    await this.#given.redis.set(placeOf(placed.backtest.backtestId), JSON.stringify(placed), "EX", KEPT_SECONDS);
  }

  /** Tells how it ended, unless somebody did, and lets another one begin. */
  async #end({ by, backtest: { backtestId } }: Placed, end: End): Promise<void> {
    const { redis } = this.#given;
    await redis.set(endOf(backtestId), JSON.stringify(end), "EX", KEPT_SECONDS, "NX");
    if ((await redis.get(leaseOf(by))) === backtestId) await redis.del(leaseOf(by));
  }

  async #find(backtestId: string): Promise<Placed | null> {
    const [place, end] = await this.#given.redis.mget(placeOf(backtestId), endOf(backtestId));
    if (typeof place !== "string") return null;
    const { by, backtest } = JSON.parse(place) as Placed;
    return { by, backtest: { ...backtest, ...(typeof end === "string" && (JSON.parse(end) as End)) } };
  }
}
