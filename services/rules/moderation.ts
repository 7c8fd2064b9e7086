import type { ConnectionPool } from "@databases/pg";
import { Errors, type ServiceBroker } from "moleculer";
import type { ServedEvent } from "../../contracts/api.ts";
import {
  type Actor,
  type ModerationCapabilities,
  type ModerationTarget,
  timeoutSeconds,
} from "../../contracts/moderation.ts";
import type { RuleActionItem } from "../../contracts/rule.ts";
import { getAction } from "./actions-log.ts";
import { type Deed, hasMeans, isOver, refusalOfCommand } from "./command.ts";
import { recordCommand, streamEnded, undo } from "./commands-log.ts";
import type { Counters } from "./counters.ts";
import { eventSoon } from "./event-soon.ts";
import type { Capabilities } from "./gate.ts";
import type { Performer } from "./performer.ts";

/** What the rules service lends. */
export interface Tools {
  db: ConnectionPool;
  broker: Pick<ServiceBroker, "call">;
  can: Capabilities;
  counters: Counters;
  performer: Pick<Performer, "ring">;
}

export interface Wish {
  streamId: string;
  userId: string;
  measure: "timeout" | "ban";
  /** Of a timeout: one of `timeoutSeconds`, else the shortest. */
  seconds?: number | undefined;
  reason: string;
  /** What it is because of, as they claim. */
  eventId?: string | undefined;
  actor: Actor;
}

/**
 * Does something to a person in a room, as far as there are means: it is written down first, and sent beside.
 *
 * @param patienceMs how long evidence that is not stored is looked for
 * @returns null when there is no such stream, or it never saw such a person
 * @throws STREAM_ENDED; EVIDENCE_MISMATCH when the event is stored, and of another stream or person
 */
export async function command(tools: Tools, wish: Wish, patienceMs: number): Promise<RuleActionItem | null> {
  const { db, can } = tools;
  const { streamId, userId, measure, seconds = timeoutSeconds[0], reason: givenReason, actor } = wish;
  const target = await targetOf(tools, { streamId, userId });
  if (!target?.person) return null;
  if (isOver(target, Date.now())) throw streamEnded();
  const event = await evidenceOf(tools, wish, patienceMs);
  const evidence = wish.eventId === undefined ? null : (event ?? { eventId: wish.eventId });
  const reason = refusalOfCommand({ userId, uniqueId: target.person.uniqueId }, target, can);
  const deed: Deed = measure === "timeout" ? { measure, seconds } : { measure, seconds: null };
  const item = await db.tx((tx) =>
    recordCommand(tx, {
      ...{ channelId: target.channelId, streamId, sessionId: event?.sessionId ?? target.sessionId, userId },
      ...{ evidence, deed, actor, givenReason, state: reason ? "skipped" : "planned", reason },
    }),
  );
  return told(tools, item);
}

/**
 * Takes an action back.
 *
 * @returns what takes it back; null when there is no action of that id
 * @throws NOT_UNDOABLE, STREAM_ENDED
 */
export async function takeBack(
  tools: Tools,
  { actionId, reason = null, actor }: { actionId: string; reason?: string | null | undefined; actor: Actor },
): Promise<RuleActionItem | null> {
  const action = await getAction(tools.db, actionId);
  const target = action && (await targetOf(tools, action));
  if (!action) return null;
  // A ban outlasts the broadcast, and is taken back of the room; a timeout is over.
  const isEnded = !target || (action.measure !== "ban" && isOver(target, Date.now()));
  const refusal = isEnded ? "stream_ended" : hasMeans(target, tools.can) ? null : "no_capability";
  const undone = await undo(tools.db, { actionId, actor, givenReason: reason, refusal });
  if (!undone) return null;
  if (!undone.isNew) return undone.item;
  if (undone.item.state === "done") {
    tools.counters.ended({ type: action.type, command: action.ruleId ? null : action.measure }, "failed"); // it stayed here
  }
  return told(tools, undone.item);
}

/** What can be done in a room; null when there is none of that id. */
export async function capabilities(
  tools: Pick<Tools, "broker" | "can">,
  { streamId }: { streamId: string },
): Promise<ModerationCapabilities | null> {
  const target = await targetOf(tools, { streamId });
  if (!target) return null;
  const can = capabilityOf(target, tools.can);
  const undo = can.reason === "stream_ended" ? meansIn(target, tools.can) : can;
  return { streamId, timeout: can, ban: can, undo, seconds: [...timeoutSeconds] };
}

function capabilityOf(target: ModerationTarget, can: Capabilities): ModerationCapabilities["ban"] {
  if (isOver(target, Date.now())) return { can: false, reason: "stream_ended", why: "The broadcast is over." };
  return meansIn(target, can);
}

function meansIn(target: ModerationTarget, can: Capabilities): ModerationCapabilities["ban"] {
  if (hasMeans(target, can)) return { can: true, reason: null, why: null };
  const why = target.simulated
    ? "The room is simulated: TikTok has none such."
    : "No account is configured that may moderate (EULER_API_KEY, EULER_OAUTH_TOKEN, EULER_ACCOUNT).";
  return { can: false, reason: "no_capability", why };
}

const targetOf = (
  { broker }: Pick<Tools, "broker">,
  { streamId, userId }: { streamId: string; userId?: string | null },
): Promise<ModerationTarget | null> =>
  broker.call<ModerationTarget | null, object>("storage.target", { streamId, ...(userId && { userId }) });

/** Null: none is claimed, or it is not stored, and who saw it live is not made to wait for that. */
async function evidenceOf(
  { broker }: Tools,
  { eventId, streamId, userId }: Wish,
  patienceMs: number,
): Promise<ServedEvent | null> {
  if (eventId === undefined) return null;
  const found = await eventSoon(broker, { eventId, scope: {} }, patienceMs);
  if (!found) return null;
  const { event } = found;
  if (event.streamId === streamId && event.user?.userId === userId) return event;
  throw new Errors.MoleculerClientError(
    "This event is not of this person in this broadcast: leave out `eventId`, or name one of theirs.",
    422,
    "EVIDENCE_MISMATCH",
  );
}

/** What is not sent is over. */
function told({ counters, performer }: Tools, item: RuleActionItem): RuleActionItem {
  if (item.state === "planned") performer.ring();
  else if (item.measure) counters.ended({ type: item.type, command: item.measure }, item.state as "done" | "skipped");
  return item;
}
