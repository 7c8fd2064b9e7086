import type { ConnectionPool } from "@databases/pg";
import type { RuleAction } from "../../contracts/rule.ts";
import type { Entry } from "../../lib/define-service.ts";
import { type DecidedRow, record } from "./actions-log.ts";
import type { RuleBook } from "./book.ts";
import type { Counters } from "./counters.ts";
import { offeredSeconds } from "./euler.ts";
import type { PaceLimits } from "./firings.ts";
import { type Capabilities, isLive, refusalOf } from "./gate.ts";
import { ownersOf } from "./owners.ts";
import { isPaced } from "./pace.ts";
import type { Performer } from "./performer.ts";
import type { Decision, RuleSet } from "./rule-set.ts";
import { toSend } from "./task.ts";

type EventEntry = Entry<"ttlc:events">;

/** What the rules service lends. */
export interface Tools {
  db: ConnectionPool;
  book: RuleBook;
  /** What was decided about an entry and is not written down yet: it comes again then, and must not be decided anew. */
  undone: Map<string, Placed[]>;
  can: Capabilities;
  counters: Counters;
  performer: Pick<Performer, "ring">;
  /** The channel that a stream belongs to, as is known after an entry; null: none. */
  channelOf(streamId: string, position: string): Promise<string | null>;
  /**
   * The entries, in their order, with what the senders in these streams inherit: a rule that spares moderators must not
   * decide before it is known who is one.
   *
   * @throws OutageError when storage is away
   */
  withRoles(entries: readonly EventEntry[], streamIds: ReadonlySet<string>): Promise<readonly EventEntry[]>;
}

/** A decision with the channel whose rule it was. */
interface Placed extends Decision {
  channelId: string;
}

/** Decides, and writes it down: what `log` does is done by that, and all else is done beside the stream (performer.ts). */
export async function work(tools: Tools, entries: readonly EventEntry[]): Promise<void> {
  const rows = await rowsOf(tools, entries);
  if (rows.length > 0) {
    for (const { type, state } of await record(tools.db, rows)) {
      if (state === "planned") tools.performer.ring();
      else tools.counters.ended({ type, command: null }, state);
    }
  }
  for (const { id } of entries) tools.undone.delete(id);
}

/** What rules make of entries, as it is to be written down. */
export async function rowsOf(
  tools: Omit<Tools, "counters" | "performer">,
  entries: readonly EventEntry[],
): Promise<DecidedRow[]> {
  const places = tools.book.size > 0 ? await placesOf(tools, entries) : new Map<string, Place>();
  const readers = [...places].flatMap(([streamId, { rules }]) => (rules.readsInherited ? streamId : []));
  const known = readers.length > 0 ? await tools.withRoles(entries, new Set(readers)) : entries;
  const decisions = known.flatMap((entry) => {
    const place = places.get(entry.message.event.streamId);
    return place ? decide(tools, entry, place) : [];
  });
  if (decisions.length === 0) return [];
  const moderated = decisions.filter(({ rule }) => rule.draft.action.type === "moderate");
  const owners = await ownersOf(
    tools.db,
    moderated.map(({ channelId }) => channelId),
  );
  const now = Date.now();
  return decisions.map((decision) => toRow(decision, { ...tools.can, owner: owners.get(decision.channelId) }, now));
}

/** Whose rules are asked about the events of a stream. */
interface Place {
  channelId: string;
  rules: RuleSet;
}

async function placesOf(
  { book, channelOf }: Pick<Tools, "book" | "channelOf">,
  entries: readonly EventEntry[],
): Promise<Map<string, Place>> {
  const places = new Map<string, Place>();
  const newest = new Map(entries.map(({ id, message }) => [message.event.streamId, id]));
  for (const [streamId, position] of newest) {
    const channelId = await channelOf(streamId, position);
    const rules = channelId === null ? undefined : book.rulesOf(channelId);
    if (channelId !== null && rules) places.set(streamId, { channelId, rules });
  }
  return places;
}

function decide({ undone }: Pick<Tools, "undone">, { id, message }: EventEntry, { rules, channelId }: Place): Placed[] {
  const before = undone.get(id);
  if (before) return before;
  const decisions = rules.decide(message.event).map((decision) => ({ ...decision, channelId }));
  if (decisions.length > 0) undone.set(id, decisions);
  return decisions;
}

/** What is done to a person, as it is sent. */
function deedOf(action: RuleAction): Pick<DecidedRow, "measure" | "seconds"> {
  if (action.type !== "moderate") return { measure: null, seconds: null };
  const { measure, seconds = 0 } = action;
  return { measure, seconds: measure === "timeout" ? offeredSeconds(seconds) : null };
}

const paceOf = ({ cooldown, perUserCooldown, limits }: PaceLimits): PaceLimits => ({
  cooldown,
  perUserCooldown,
  limits,
});

function toRow({ rule, event, ...decision }: Placed, can: Capabilities, now: number): DecidedRow {
  const reason = refusalOf(event, rule.draft, can, now);
  const { action } = rule.draft;
  return {
    effect_key: decision.effectKey,
    rule_id: decision.ruleId,
    rule_version: decision.version,
    channel_id: decision.channelId,
    stream_id: event.streamId,
    session_id: event.sessionId,
    event_id: event.eventId,
    user_id: event.user?.userId ?? null,
    type: action.type,
    rendered: decision.rendered,
    ...deedOf(action),
    mode: rule.draft.mode,
    state: reason ? "skipped" : action.type === "log" ? "done" : "planned",
    reason,
    event_at: event.timestamp,
    ...(isLive(event) && isPaced(rule.draft) && { pace: paceOf(rule.draft) }),
    ...(!reason && toSend(action, event, decision.rendered)),
  };
}
