import type { ActionReason } from "../../../contracts/action-reason.ts";
import type { RuleActionItem } from "../../../contracts/rule.ts";

type Word = Exclude<ActionReason, `http_${number}`>;

const states: Record<RuleActionItem["state"], string> = {
  planned: "On its way",
  executing: "On its way",
  done: "Done",
  failed: "Failed",
  unknown: "Nobody knows",
  skipped: "Not done",
};

const reasons: Record<Word, string> = {
  replay: "the event was replayed",
  history: "TikTok told of the past",
  stale: "too late for it",
  own_account: "it is the account that acts",
  streamer: "nothing is done to the streamer",
  lifecycle: "it was done by nobody",
  no_user: "it was done by nobody",
  empty: "its text came out empty",
  dry_run: "dry run",
  shadow: "runs in the shadow",
  no_capability: "no account may do that here",
  cooldown: "the pause after the last time",
  user_cooldown: "the pause for this person",
  limit: "the limit of a minute",
  rule_off: "its rule was switched off or deleted before",
  undone: "taken back before it left",
  superseded: "a moderator acted first",
  interrupted: "ttlc was interrupted at it",
  breaker: "too many failures in a row, try again in a minute",
  chat_limit: "too many messages at once",
  address_refused: "the address is not public",
  dns: "the address is not known",
  connect: "no connection to the address",
  tls: "no safe connection to the address",
  timeout: "no answer in time",
  reply_too_large: "the answer was too large",
  headers_too_large: "the answer was too large",
  bad_reply: "the answer could not be read",
};

/** What a status says of something that is done in a room. */
const inRoom: Partial<Record<string, string>> = {
  http_401: "TikTok does not accept the account any more",
  http_403: "the account does not moderate this room",
  http_429: "too many at once",
};

const resolutions = {
  done_by_hand: (name: string) => `Done by hand by ${name}`,
  dismissed: (name: string) => `Dismissed by ${name}`,
};

type Facts = Pick<RuleActionItem, "type" | "state" | "reason" | "resolved">;

/** What became of an action, in words. */
export function outcomeOf({ type, state, reason, resolved }: Facts): string {
  if (resolved) return resolutions[resolved.outcome](resolved.by.name);
  const isInRoom = type === "announce" || type === "moderate";
  const isLeft = state === "skipped" && reason === "no_capability" && isInRoom;
  const word = isLeft ? "Left to a person" : states[state];
  const why = [reason && reasonOf(reason, isInRoom), state === "unknown" && isInRoom && "look in the room"];
  return [word, why.filter(Boolean).join(", ")].filter(Boolean).join(": ");
}

/** What a newer server says is told as it is. */
function reasonOf(reason: string, isInRoom: boolean): string {
  const status = /^http_(\d+)$/.exec(reason)?.[1];
  if (status === undefined) return reasons[reason as Word] ?? reason;
  return (isInRoom && inRoom[reason]) || `the answer was ${status}`;
}

/** The colour that goes with it. What a rule left out for a good reason has none. */
export function toneOf({
  state,
  reason,
  resolved,
  ruleId,
}: Omit<Facts, "type"> & Pick<RuleActionItem, "ruleId">): string {
  if (state === "done" || resolved?.outcome === "done_by_hand") return "text-ok";
  if (reason === "no_capability") return resolved ? "text-muted" : "text-warn";
  if (reason === "undone" || state === "planned" || state === "executing") return "text-muted";
  return state === "skipped" && ruleId !== null ? "" : "text-bad";
}
