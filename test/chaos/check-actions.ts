import type { RuleAction, RuleDraft } from "../../contracts/rule.ts";
import { backoffMs } from "../../lib/backoff.ts";
import { webhookRetry } from "../../lib/webhooks/retry.ts";
import { type Hit, type Manner, type RoomHit, willing } from "./outside.ts";

/** A rule, and what it should have done. */
export interface RuleSeen {
  ruleId: string;
  name: string;
  action: RuleAction["type"];
  mode: RuleDraft["mode"];
  /** Where its webhooks go. */
  target: Manner | undefined;
  /** It was made while things happened: what it should have made of those nobody can say. */
  isLate: boolean;
  /** Effect keys of the live events that it matches, each with an entry of ttlc:events that has it. */
  live: ReadonlyMap<string, string>;
  /** Ids of the events that were replayed and that it matches. */
  replayed: ReadonlySet<string>;
}

/** A row of actions_log. */
export interface ActionSeen {
  ruleId: string;
  effectKey: string;
  eventId: string;
  state: "planned" | "executing" | "done" | "failed" | "unknown" | "skipped";
  reason: string | null;
  rendered: string | null;
  userId: string | null;
  /** It is of an event that was told again. */
  isReplay: boolean;
  /** Of what is not over. */
  attempts: number;
}

export interface DestinationSeen {
  destinationId: string;
  target: Manner;
  /** Ids of the stored events that it is to get, in the order of their positions. */
  wanted: readonly string[];
}

/** A dead letter of the forwarder. */
export interface BatchLetter {
  destinationId: string;
  webhookId: string;
}

/** What became of rules and destinations. */
export interface ActionEvidence {
  rules: readonly RuleSeen[];
  rows: readonly ActionSeen[];
  destinations: readonly DestinationSeen[];
  letters: readonly BatchLetter[];
  hits: readonly Hit[];
  roomHits: readonly RoomHit[];
  canaryHits: number;
  /** How long the services ran. */
  ranMs: number;
  /** How often a process that sends was disturbed: each may cost one attempt more, without a pause before it. */
  disturbed: number;
  /** Replays that were begun and did not come to their end. */
  unfinishedReplays: readonly string[];
  /** Entries that are no poison and were given up all the same. */
  givenUp: readonly string[];
}

export interface ActionFindings {
  /** It should have happened and did not. */
  undone: string[];
  /** It happened more than once. */
  overdone: string[];
  /** It should not have happened. */
  astray: string[];
  /** Batches that overtook each other. */
  disordered: string[];
}

const none: ActionFindings = { undone: [], overdone: [], astray: [], disordered: [] };

/** Compares what rules and destinations should have come to with what was recorded and what arrived. */
export function checkActions(evidence: ActionEvidence): ActionFindings {
  const { rules, destinations, canaryHits, unfinishedReplays, givenUp } = evidence;
  return joined([
    ...rules.map((rule) => rowsOf(rule, evidence)),
    ...rules.filter(({ action }) => action === "webhook").map((rule) => webhooksOf(rule, evidence)),
    idsOf(evidence),
    roomOf(evidence),
    ...destinations.map((destination) => deliveriesOf(destination, evidence)),
    {
      ...none,
      undone: [...unfinishedReplays.map((replay) => `replay ${replay} did not end`), ...givenUp],
      astray: canaryHits > 0 ? [`the canary was connected to ${canaryHits} times`] : [],
    },
  ]);
}

const joined = (parts: readonly Partial<ActionFindings>[]): ActionFindings => ({
  undone: parts.flatMap(({ undone = [] }) => undone),
  overdone: parts.flatMap(({ overdone = [] }) => overdone),
  astray: parts.flatMap(({ astray = [] }) => astray),
  disordered: parts.flatMap(({ disordered = [] }) => disordered),
});

/** What may be left of a rule's action at the end, beside `done`. */
const mayEnd = ({ action, target }: RuleSeen, { state, reason }: ActionSeen): boolean => {
  if (state === "done") return action !== "webhook" || willing.includes(target as Manner);
  if (action === "announce" || action === "moderate") return state === "unknown" || state === "failed";
  if (action === "log" || willing.includes(target as Manner)) return false;
  if (target === "refuses") return state === "failed" && reason === "http_422";
  if (target === "canary") return state === "failed" && reason === "address_refused";
  return state === "planned" || state === "executing";
};

/** Each effect is decided once; a replay is told apart, and once too. */
function rowsOf(rule: RuleSeen, { rows, ranMs, disturbed }: ActionEvidence): Partial<ActionFindings> {
  const own = rows.filter(({ ruleId }) => ruleId === rule.ruleId);
  const [replays, live] = [own.filter(({ isReplay }) => isReplay), own.filter(({ isReplay }) => !isReplay)];
  const named = (row: ActionSeen) => `${rule.name} of ${row.effectKey}: ${row.state} ${row.reason ?? ""}`.trimEnd();
  const decided = Map.groupBy(live, ({ effectKey }) => effectKey);
  const retold = Map.groupBy(replays, ({ eventId }) => eventId);
  const isTried = rule.mode !== "live";
  const limit = mostAttempts(ranMs) + disturbed;
  const mustRetell = rule.isLate ? [] : [...rule.replayed];
  return {
    undone: [
      ...(rule.isLate ? [] : [...rule.live])
        .filter(([key]) => !decided.has(key))
        .map(([key, entry]) => `${rule.name} of ${key}, ttlc:events ${entry}, was never decided`),
      ...mustRetell.filter((id) => !retold.has(id)).map((id) => `${rule.name}: the replay of ${id} is not recorded`),
      ...live.filter((row) => row.state !== "skipped" && !mayEnd(rule, row)).map(named),
    ],
    overdone: [
      ...[...decided]
        .filter(([, some]) => some.length > 1)
        .map(([, [row]]) => `decided twice: ${named(row as ActionSeen)}`),
      ...[...retold]
        .filter(([, some]) => some.length > 1)
        .map(([id]) => `${rule.name}: the replay of ${id} is recorded twice`),
    ],
    astray: [
      ...live.filter(({ effectKey }) => !rule.live.has(effectKey)).map((row) => `nothing asked for ${named(row)}`),
      ...live
        .filter(({ state, reason }) =>
          state === "skipped" && !isTried ? reason !== "stale" : (state !== "skipped") === isTried,
        )
        .map((row) => `wrongly ${named(row)}`),
      ...replays.filter(({ reason }) => reason !== "replay").map((row) => `acted on a replay: ${named(row)}`),
      ...replays.filter(({ eventId }) => !rule.replayed.has(eventId)).map((row) => `never replayed: ${named(row)}`),
      ...own
        .filter(({ attempts }) => attempts > limit)
        .map((row) => `${named(row)}: ${row.attempts} attempts, ${limit} at most`),
    ],
  };
}

/** What arrived of one rule, compared with what it decided. */
function webhooksOf(rule: RuleSeen, { rows, hits, ranMs, disturbed }: ActionEvidence): Partial<ActionFindings> {
  const sent = rows.filter(({ ruleId, state }) => ruleId === rule.ruleId && state !== "skipped");
  const decided = new Set(sent.map(({ effectKey }) => effectKey));
  const arrived = Map.groupBy(
    hits.filter(({ path }) => path === `/rules/${rule.name}`),
    ({ effectKey }) => effectKey as string,
  );
  const limit = mostAttempts(ranMs) + disturbed;
  return {
    undone: sent
      .filter(({ effectKey, state }) => state === "done" && !arrived.get(effectKey)?.some(({ isTaken }) => isTaken))
      .map(({ effectKey }) => `${rule.name} of ${effectKey} is done and was never taken`),
    overdone: [...arrived]
      .filter(([, some]) => new Set(some.map(({ webhookId }) => webhookId)).size > 1)
      .map(([key]) => `${rule.name} of ${key} arrived under several ids`),
    astray: [
      ...[...arrived.keys()]
        .filter((key) => !decided.has(key))
        .map((key) => `${rule.name} of ${key} arrived undecided`),
      ...[...arrived]
        .filter(([, some]) => some.length > limit)
        .map(([key, some]) => `${rule.name} of ${key} arrived ${some.length} times, ${limit} at most`),
    ],
  };
}

/** An id stands for one message: the same body, to the same path. Nothing of a replay is sent. */
function idsOf({ hits }: ActionEvidence): Partial<ActionFindings> {
  const replayed = hits.filter(({ isReplayed }) => isReplayed);
  const overdone = [...Map.groupBy(hits, ({ webhookId }) => webhookId)]
    .filter(([, some]) => new Set(some.map(({ path, bodyHash }) => `${path} ${bodyHash}`)).size > 1)
    .map(([id, some]) => `${id} stands for ${new Set(some.map(({ path }) => path)).size} targets or several bodies`);
  return { overdone, astray: replayed.map(({ path, webhookId }) => `${path}: ${webhookId} is of a replay`) };
}

/** What is said or done in a room arrives as often as it is recorded, at most; at least when it is known to have. */
function roomOf({ rules, rows, roomHits }: ActionEvidence): Partial<ActionFindings> {
  const actions = new Map(rules.map(({ ruleId, action }) => [ruleId, action]));
  const done = new Map<string, { may: number; must: number }>();
  for (const { ruleId, state, rendered, userId } of rows) {
    const action = actions.get(ruleId);
    if ((action !== "announce" && action !== "moderate") || !(state === "done" || state === "unknown")) continue;
    const key = `${action} ${action === "announce" ? rendered : userId}`;
    const { may, must } = done.get(key) ?? { may: 0, must: 0 };
    done.set(key, { may: may + 1, must: must + (state === "done" ? 1 : 0) });
  }
  const arrived = Map.groupBy(roomHits, ({ type, what }) => `${type} ${what}`);
  const timesOf = (key: string) => arrived.get(key)?.length ?? 0;
  return {
    undone: [...done]
      .filter(([key, { must }]) => timesOf(key) < must)
      .map(([key, { must }]) => `${key} is done ${must} times and arrived ${timesOf(key)} times`),
    overdone: [...arrived]
      .filter(([key, some]) => some.length > (done.get(key)?.may ?? 0))
      .map(([key, some]) => `${key} arrived ${some.length} times and is recorded ${done.get(key)?.may ?? 0} times`),
  };
}

/** As many batches are refused until the destination counts as down, and the next is kept. */
const REFUSALS = 5;

/** Batches in the order of their events, each until it is taken; a refused one becomes a letter. */
function deliveriesOf(
  { destinationId, target, wanted }: DestinationSeen,
  { hits, letters, ranMs, disturbed }: ActionEvidence,
): Partial<ActionFindings> {
  const own = hits.filter(({ path }) => path === `/destinations/${target}`);
  const batches = Map.groupBy(own, ({ webhookId }) => webhookId);
  const firsts = [...batches.values()].map(([first]) => first as Hit);
  const got = firsts.flatMap(({ eventIds }) => eventIds);
  const places = new Map(wanted.map((eventId, place) => [eventId, place]));
  const sequence = got.filter((id) => places.has(id));
  const lettersOf = Map.groupBy(
    letters.filter((letter) => letter.destinationId === destinationId),
    ({ webhookId }) => webhookId,
  );
  const gotten = new Set(got);
  const taken = new Set(own.filter(({ isTaken }) => isTaken).flatMap(({ eventIds }) => eventIds));
  const came = target === "refuses" ? gotten : taken;
  const isKept = target === "refuses" && batches.size > REFUSALS;
  const refused = target === "refuses" ? [...batches.keys()].slice(0, isKept ? -1 : undefined) : [];
  const isReached = willing.includes(target) || (target === "refuses" && !isKept);
  const limit = mostAttempts(ranMs) + disturbed;
  const name = (what: string) => `destination ${target}: ${what}`;
  return {
    undone: [
      ...(isReached ? wanted.filter((eventId) => !came.has(eventId)) : []).map((id) => name(`${id} never came`)),
      ...refused.filter((id) => !lettersOf.has(id)).map((id) => name(`refused ${id}, which has no letter`)),
    ],
    overdone: [
      ...(got.length > gotten.size ? [name(`${got.length - gotten.size} events came in two batches`)] : []),
      ...[...lettersOf].filter(([, some]) => some.length > 1).map(([id]) => name(`${id} has several letters`)),
    ],
    astray: [
      ...[...gotten].filter((id) => !places.has(id)).map((id) => name(`${id} was not for it`)),
      ...(target === "refuses" ? [] : [...lettersOf.keys()]).map((id) => name(`${id} was given up`)),
      ...[...batches]
        .filter(([, some]) => some.length > limit)
        .map(([id, some]) => name(`${id} came ${some.length} times, ${limit} at most`)),
    ],
    disordered: sequence
      .filter((id, i) => i > 0 && (places.get(id) as number) < (places.get(sequence[i - 1] as string) as number))
      .map((id) => name(`${id} came after what follows it`)),
  };
}

/** As many attempts as the shortest pauses leave room for. */
export function mostAttempts(ms: number): number {
  let attempts = 1;
  for (let left = ms; ; attempts++) {
    left -= backoffMs(webhookRetry, attempts - 1, 0);
    if (left < 0) return attempts;
  }
}
