import type { Page } from "../../../contracts/api.ts";
import { eventFilterFields } from "../../../contracts/event-filter.ts";
import { uuid } from "../../../contracts/fields.ts";
import {
  type Actor,
  type ModerationCapabilities,
  moderationCapabilitiesSchema,
  outcomes,
  timeoutSeconds,
} from "../../../contracts/moderation.ts";
import {
  type OpenAction,
  openActionPageSchema,
  type ResolvedActions,
  resolvedActionsSchema,
} from "../../../contracts/open-action.ts";
import { actionItemSchema, type RuleActionItem } from "../../../contracts/rule.ts";
import { belongingOf } from "../audit.ts";
import type { Principal } from "../auth.ts";
import { invalid, notFound } from "../errors.ts";
import { fields, id, page } from "../input.ts";
import { type Asked, Reply, route } from "../route.ts";
import { assertInScope, type TargetKind } from "../scope.ts";
import { actionId } from "./rules.ts";

/** What moderators do to people: written down in the log of what rules decided, and sent by the same hands. */

const reason = {
  type: "string",
  maxLength: 500,
  pattern: "\\S",
  description: "Why: for those who read it later.",
} as const;
const person = {
  streamId: { ...id, description: "The broadcast." },
  userId: { ...eventFilterFields.userId, description: "TikTok's id of the person; your channel must have seen them." },
  reason,
  eventId: { type: "string", pattern: "^[0-9a-f]{64}$", description: "The event that it is because of: evidence." },
} as const;
const seconds = { type: "integer", enum: timeoutSeconds, description: "As long as TikTok's timeouts last." } as const;
const streamTarget = { field: "streamId", kind: "stream" } as const;
const waitingRule = { ...uuid, description: "All that waits of this rule; only `dismissed`." } as const;
const oneOrAll = { oneOf: [{ required: ["actionId"] }, { required: ["ruleId"] }] } as const;
const actionTarget = { field: "actionId", kind: "action" } as const;

export const timeout = route(
  {
    path: "POST /moderation/timeout",
    id: "timeOutPerson",
    summary: "Lets a person write nothing in a room for some seconds",
    right: "moderate",
    target: streamTarget,
    input: fields({ ...person, seconds }, ["streamId", "userId", "seconds", "reason"]),
    example: { userId: "7000000000000000001", seconds: 60, reason: "asked for phone numbers" },
    answers: { 202: actionItemSchema },
  },
  (asked) => command(asked, "timeout"),
);

export const ban = route(
  {
    path: "POST /moderation/ban",
    id: "banPerson",
    summary: "Puts a person out of a room for good",
    right: "moderate",
    target: streamTarget,
    input: fields(person, ["streamId", "userId", "reason"]),
    example: { userId: "7000000000000000001", reason: "threatened somebody" },
    answers: { 202: actionItemSchema },
  },
  (asked) => command(asked, "ban"),
);

export const undo = route(
  {
    path: "POST /moderation/undo",
    id: "undoAction",
    summary: "Takes a timeout or a ban back, of a person or of a rule; asked again, it answers the same",
    right: "moderate",
    target: actionTarget,
    input: fields({ actionId, reason }, ["actionId"]),
    example: { reason: "it was somebody else" },
    answers: { 202: actionItemSchema },
  },
  async ({ input, who, call, note }) => {
    const undone = await call<RuleActionItem | null>("rules.undo", { ...input, actor: actorOf(who) });
    if (!undone) throw notFound("action of that id");
    note({ details: inShort(undone) });
    return accepted(undone);
  },
);

export const capabilities = route(
  {
    path: "GET /moderation/capabilities",
    id: "getModerationCapabilities",
    summary: "What can be done to people in a room, and if not, why",
    right: "moderate",
    target: streamTarget,
    input: fields({ streamId: person.streamId }, ["streamId"]),
    answers: { 200: moderationCapabilitiesSchema },
  },
  async ({ input, call }) => {
    const found = await call<ModerationCapabilities | null>("rules.capabilities", input);
    if (!found) throw notFound("stream of that id");
    return found;
  },
);

export const open = route(
  {
    path: "GET /moderation/open",
    id: "listOpenActions",
    summary:
      "What rules and people wanted done that ttlc has no means for: to people, since yesterday, before what is to be said",
    right: "moderate",
    input: fields(page, ["limit"]),
    answers: { 200: openActionPageSchema },
  },
  ({ input, scope, call }) => call<Page<OpenAction>>("rules.open", { ...input, scope }),
);

export const resolve = route(
  {
    path: "POST /moderation/resolve",
    id: "resolveAction",
    summary: "Closes one of these: it was done by hand, or nobody does it; or all of a rule, which nobody does",
    right: "moderate",
    input: { ...fields({ actionId, ruleId: waitingRule, outcome: { enum: outcomes } }, ["outcome"]), ...oneOrAll },
    example: { outcome: "dismissed" },
    answers: { 200: { anyOf: [actionItemSchema, resolvedActionsSchema] } },
  },
  async ({ input: { actionId, ruleId, outcome }, ...asked }) => {
    const { who, call, note } = asked;
    if (ruleId === undefined) {
      await aim(asked, { kind: "action", id: actionId as string });
      note({ details: { outcome } });
      const wish = { actionId, outcome, actor: actorOf(who) };
      return found(await call<RuleActionItem | null>("rules.resolve", wish), "action");
    }
    if (outcome !== "dismissed") throw invalid([{ field: "outcome", message: "must be dismissed for all of a rule" }]);
    await aim(asked, { kind: "rule", id: ruleId });
    const all = await call<ResolvedActions | null>("rules.dismissAll", { ruleId, actor: actorOf(who) });
    note({ details: { outcome, resolved: all?.resolved } });
    return found(all, "rule");
  },
);

function found<Thing>(thing: Thing | null, kind: string): Thing {
  if (!thing) throw notFound(`${kind} of that id`);
  return thing;
}

/** As a route's `target` is, of one of two. */
async function aim(
  { scope, call, note }: Pick<Asked<unknown>, "scope" | "call" | "note">,
  target: { kind: TargetKind; id: string },
): Promise<void> {
  note({ target });
  await assertInScope(call, scope, target.kind, target.id);
  note(await belongingOf({ call }, target));
}

interface Wish {
  streamId: string;
  userId: string;
  seconds?: number;
  reason: string;
  eventId?: string | undefined;
}

async function command(
  { input, who, call, note }: Pick<Asked<Wish>, "input" | "who" | "call" | "note">,
  measure: "timeout" | "ban",
): Promise<Reply> {
  note({ details: { userId: input.userId } });
  const action = await call<RuleActionItem | null>("rules.command", { ...input, measure, actor: actorOf(who) });
  if (!action) throw notFound("such stream, or no such person in your channel");
  note({ details: inShort(action) });
  return accepted(action);
}

/** It is written down; what becomes of it is told there. */
const accepted = (action: RuleActionItem) => new Reply(202, action, { location: `/actions/${action.actionId}` });

/** For the audit: never why. */
const inShort = ({ actionId, userId, measure, seconds, state, undoes }: RuleActionItem) => ({
  ...{ actionId, userId, measure, state },
  ...(seconds !== null && { seconds }),
  ...(undoes !== null && { undoes }),
});

/** Who commands, as the log tells it for good. */
const actorOf = ({ id, name, role }: Principal) => ({ id, name, role }) as Actor;
