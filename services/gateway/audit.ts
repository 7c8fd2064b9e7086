import type { Principal } from "./auth.ts";
import { errorAnswer } from "./errors.ts";
import type { Gateway } from "./gateway.ts";
import type { Asked, RouteFacts } from "./route.ts";

/** What only the handler knows of a change. The last word on each counts. */
export interface AuditNote {
  /** What it is about. */
  target?: { kind: string; id: string };
  /** Whose matter it is; else that of the target, else of the caller. */
  channelIds?: string[];
  /** A few facts for a person: never what somebody wrote, never a secret. */
  details?: Record<string, unknown>;
  /** Who it was, when that comes out on the way. */
  actor?: Principal;
}

/** Reads leave no row. */
export const isChange = ({ path, isRead }: Pick<RouteFacts, "path" | "isRead">): boolean =>
  !isRead && !path.startsWith("GET ");

type Change = { facts: RouteFacts } & Pick<Asked<unknown>, "who" | "request" | "call">;

/** A row that takes longer is given up: the change is made, and its answer must not wait for ever. */
const RECORD_MS = 5_000;

/** Answers that changed nothing and say nothing of anybody: nobody known asked, or nothing that could be understood. */
const untold = new Set([400, 401, 408, 413, 415, 422, 429]);

/** A refusal names what may be somebody else's: only the caller's side hears of it. */
const refused = new Set([403, 404]);

/**
 * Does `work`; when the route is no read, writes down who did what and what came of it, before the answer leaves.
 * Attempts that were refused (403, 404, 409, ...) or failed (5xx) are written down as well.
 *
 * A row that cannot be written is logged at error, whole, and counted: the answer goes out as it is.
 */
export async function recorded<Result extends { status: number } | undefined>(
  gateway: Gateway,
  change: Change,
  work: (note: (more: AuditNote) => void) => Promise<Result>,
): Promise<Result> {
  if (!isChange(change.facts)) return work(() => {});
  const told: AuditNote = targetInPath(change);
  let status = 200;
  try {
    const result = await work((more) => Object.assign(told, more));
    if (result) ({ status } = result);
    return result;
  } catch (error) {
    ({ status } = errorAnswer(error, ""));
    throw error;
  } finally {
    if (!untold.has(status)) await record(gateway, change, told, status);
  }
}

/**
 * Whose matter a target is, asked while it is there: after a deletion nobody could tell. What is not known yet, as the
 * channel of a streamer who is followed for the first time, storage looks for once more when it writes the row.
 */
export async function belongingOf(
  { call }: Pick<Asked<unknown>, "call">,
  target: { kind: string; id: string },
): Promise<AuditNote> {
  const found = await call<{ channelId: string | null } | null>("storage.belongs", target, {
    timeout: RECORD_MS,
  }).catch(() => null); // a room can be left without storage
  return found?.channelId ? { channelIds: [found.channelId] } : {};
}

/** Who is refused is so before the rest of the input is read. */
function targetInPath({ facts: { target }, request }: Change): AuditNote {
  const id = target && request.$params.params[target.field];
  return target && id ? { target: { kind: target.kind, id } } : {};
}

async function record(gateway: Gateway, change: Change, told: AuditNote, status: number): Promise<void> {
  const { facts, request, call } = change;
  const { target, details = {}, actor: { id, name, role, channelIds: own } = change.who } = told;
  const channelIds = refused.has(status) ? own : told.channelIds;
  const row = {
    actor: { id, name, role },
    action: facts.id,
    method: facts.path.slice(0, facts.path.indexOf(" ")),
    ...(target && { target: { ...target, id: target.id.slice(0, 200) } }),
    ...(channelIds && { channelIds }),
    otherwise: own,
    status,
    correlationId: request.correlationId,
    details,
  };
  try {
    await call("storage.recordAudit", row, { timeout: RECORD_MS });
  } catch (err) {
    gateway.audit.failures++;
    gateway.logger.error({ err, ...row }, "a change is missing in the audit");
  }
}
