import { randomUUID } from "node:crypto";
import { type ConnectionPool, type Queryable, sql } from "@databases/pg";
import { Errors } from "moleculer";
import type { ActionReason } from "../../contracts/action-reason.ts";
import type { Actor } from "../../contracts/moderation.ts";
import type { RuleActionItem } from "../../contracts/rule.ts";
import { getAction, selectActions } from "./actions-log.ts";
import { type Deed, reverseOf, taskOf } from "./command.ts";
import { giveUpLane, lane, takeTurn } from "./queue.ts";

/** Commands are a target of their own: chat that waits does not delay them. */
const HOST = "moderation";

/** A command as it is written down. */
export interface Command {
  deed: Deed;
  channelId: string;
  streamId: string;
  sessionId: string;
  userId: string;
  /** The evidence, if there is some: without a time as long as it is not stored. */
  evidence: { eventId: string; timestamp?: string } | null;
  actor: Actor;
  givenReason: string | null;
  /** `done` without being sent: what it takes back never left. */
  state: "planned" | "skipped" | "done";
  reason: ActionReason | null;
  undoes?: string;
}

/**
 * Writes a command down and queues it, in one; it has an effect key of its own, so that it is sent once. It goes before what
 * rules have waiting for that person, which is given up.
 */
export async function recordCommand(tx: Queryable, command: Command): Promise<RuleActionItem> {
  const { deed, channelId, streamId, sessionId, userId, evidence, actor, givenReason, state, reason } = command;
  const { undoes = null } = command;
  const { eventId = null, timestamp = null } = evidence ?? {};
  await takeTurn(tx, [channelId]);
  const [row] = await tx.query(sql`
    insert into actions_log (effect_key, channel_id, stream_id, session_id, event_id, user_id, type, measure, seconds, mode,
      state, reason, event_at, ended_at, actor, given_reason, undoes, unconfirmed)
    values (${`command:${randomUUID()}`}, ${channelId}, ${streamId}, ${sessionId}, ${eventId}, ${userId},
      'moderate', ${deed.measure}, ${deed.seconds}, 'live', ${state}, ${reason}, coalesce(${timestamp}, now()),
      case when ${state} <> 'planned' then now() end, ${JSON.stringify(actor)}::jsonb, ${givenReason}, ${undoes}::bigint,
      ${eventId !== null && timestamp === null})
    returning action_id`);
  if (state === "planned") {
    const body = JSON.stringify(taskOf(deed, streamId, userId));
    await tx.query(sql`
      insert into action_queue (action_id, channel_id, url, host, body, lane)
      select action_id, channel_id, '', ${HOST}, ${body}, ${lane} from actions_log where action_id = ${row.action_id}`);
    await giveUpLane(tx, row.action_id, "superseded");
  }
  return (await getAction(tx, row.action_id)) as RuleActionItem;
}

interface Undo extends Pick<Command, "actor" | "givenReason"> {
  actionId: string;
  /** Why nothing is sent; null: it is. */
  refusal: "no_capability" | "stream_ended" | null;
}

/**
 * Takes an action back, once: who asks again gets the same answer, unless that failed, nobody knows, or there are means by
 * now. What has not left
 * stays here; for what left, or may have, its reverse is queued, which does not overtake it.
 *
 * @returns the action that takes back, and whether it is new; null when there is no action of that id
 * @throws NOT_UNDOABLE, STREAM_ENDED
 */
export function undo(db: ConnectionPool, wish: Undo): Promise<{ item: RuleActionItem; isNew: boolean } | null> {
  return db.tx(async (tx) => {
    const [row] = await tx.query(sql`select channel_id from actions_log where action_id = ${wish.actionId}::bigint`);
    if (!row) return null;
    await takeTurn(tx, [row.channel_id]);
    // In the order in which the performer locks: first the queue, then the log.
    await tx.query(sql`select from action_queue where action_id = ${wish.actionId}::bigint for update`);
    await tx.query(sql`select from actions_log where action_id = ${wish.actionId}::bigint for update`);
    const action = await getAction(tx, wish.actionId);
    if (!action) return null;
    const before = action.undoneBy === null ? null : await getAction(tx, action.undoneBy);
    if (before && before.state !== "unknown") return { item: before, isNew: false };
    const waiting = wish.refusal === "no_capability" ? await waitingUndo(tx, wish.actionId) : null;
    if (waiting) return { item: waiting, isNew: false };
    const deed = reverseOf(action.measure);
    if (!deed || !["planned", "executing", "done", "unknown"].includes(action.state)) throw notUndoable();
    const isKept = await keepBack(tx, action);
    if (!isKept && wish.refusal === "stream_ended") throw streamEnded();
    const reason = isKept || !wish.refusal ? null : "no_capability";
    const item = await recordCommand(tx, {
      ...{ channelId: row.channel_id, streamId: action.streamId, sessionId: action.sessionId },
      ...{ userId: action.userId ?? "", undoes: action.actionId },
      ...{ deed, actor: wish.actor, givenReason: wish.givenReason },
      ...{ evidence: null, state: isKept ? "done" : reason ? "skipped" : "planned", reason },
    });
    return { item, isNew: true };
  });
}

/** What there was no means for, as long as nobody saw to it. */
async function waitingUndo(tx: Queryable, actionId: string): Promise<RuleActionItem | null> {
  const [item] = await selectActions(
    tx,
    sql`a.undoes = ${actionId}::bigint and a.state = 'skipped' and a.resolved_at is null order by action_id desc limit 1`,
  );
  return item ?? null;
}

/** True: it has not left, and will not. It keeps its claim, so that its rule does not decide it once more. */
async function keepBack(tx: Queryable, { actionId, state }: RuleActionItem): Promise<boolean> {
  if (state !== "planned") return false;
  await tx.query(sql`delete from action_queue where action_id = ${actionId}::bigint`);
  await tx.query(sql`
    update actions_log set state = 'failed', reason = 'undone', ended_at = now() where action_id = ${actionId}::bigint`);
  return true;
}

const notUndoable = () =>
  new Errors.MoleculerClientError(
    "Only a timeout or a ban that left, or is about to, can be taken back.",
    409,
    "NOT_UNDOABLE",
  );

export const streamEnded = () =>
  new Errors.MoleculerClientError("The broadcast is over: nothing can be done in it any more.", 409, "STREAM_ENDED");
