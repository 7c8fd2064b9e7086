import type { ServedEvent } from "../../contracts/api.ts";
import { personless } from "../../contracts/placeholders.ts";
import type { RuleAction, RuleDraft, RuleProblem, RuleTest } from "../../contracts/rule.ts";
import type { EventType } from "../../contracts/unified-event.ts";
import { notStorable, unstorable } from "../../lib/unstorable.ts";
import { compile, trace } from "./compile.ts";
import { type Expression, readCondition } from "./condition.ts";
import { lifecycle } from "./gate.ts";
import { readJsonTemplate, readTemplate, render, renderJson } from "./template.ts";

/** A rule that was checked, ready for events. */
export interface PreparedRule {
  draft: RuleDraft;
  /** Null: every event of its type. */
  expression: Expression | null;
  /** The fields that its condition reads. */
  reads: readonly string[];
  /** Of events of its type. */
  matches(event: ServedEvent): boolean;
  /** What its action says of an event; null: nothing of its own. */
  render(event: ServedEvent): string | null;
}

/**
 * Checks what no schema can, and makes the rule ready; or tells everything that is wrong with it.
 *
 * @param isSaved it was accepted before: what only makes it of less use than it seems does not stop it now
 */
export function prepareRule(
  draft: RuleDraft,
  isSaved = false,
): { rule: PreparedRule; problems: [] } | { rule: null; problems: RuleProblem[] } {
  const problems: RuleProblem[] = unstorable(draft).map((path) => ({ path, message: notStorable }));
  const expression = readWhen(draft, problems, isSaved);
  const say = readAction(draft, problems, isSaved);
  if (problems.length > 0) return { rule: null, problems };
  const condition = expression ? compile(expression) : () => true;
  const reads = expression ? fieldsRead(expression) : [];
  const isSettled = reads.includes("payload.streakState") ? () => true : settled;
  return {
    rule: { draft, expression, reads, matches: (event) => isSettled(event) && condition(event), render: say },
    problems: [],
  };
}

function readWhen(
  { eventType, condition, matchAll }: RuleDraft,
  problems: RuleProblem[],
  isSaved: boolean,
): Expression | null {
  const isGiven = condition !== undefined && condition !== null;
  if (!isGiven && !matchAll) {
    problems.push({ path: "condition", message: "is missing: to mean every event of the type, set matchAll" });
  }
  if (isGiven && matchAll) problems.push({ path: "matchAll", message: "means every event: leave out the condition" });
  if (!isGiven || matchAll) return null;
  const reading = readCondition(eventType, condition, isSaved);
  for (const { path, message } of reading.problems) {
    problems.push({ path: path === "" ? "condition" : `condition.${path}`, message });
  }
  return reading.expression;
}

/** How the action speaks. */
function readAction(
  draft: RuleDraft,
  problems: RuleProblem[],
  isSaved: boolean,
): (event: ServedEvent) => string | null {
  const { action } = draft;
  const eventType = isSaved ? null : draft.eventType;
  if (eventType) problems.push(...problemsOfAction(action, eventType));
  if (action.type === "webhook") return readWebhook(action.template, eventType, problems);
  const [path, source] = action.type === "moderate" ? ["reason", action.reason] : ["template", action.template];
  const reading = readTemplate(source, eventType);
  if (reading.problem !== undefined) {
    problems.push({ path: `action.${path}`, message: reading.problem });
    return () => null;
  }
  const target = action.type === "announce" ? "text" : "log";
  return (event) => render(reading.template, event, target);
}

/** What an action asks that cannot be, or never will. */
function problemsOfAction(action: RuleAction, eventType: EventType): RuleProblem[] {
  const problems: RuleProblem[] = [];
  const tell = (path: string, message: string) => problems.push({ path, message });
  if (action.type === "announce") {
    if (lifecycle.has(eventType)) tell("action", `says nothing because of ${eventType} events: nobody did them`);
    if (action.template.trim() === "") tell("action.template", "says nothing");
  }
  if (action.type === "moderate") {
    const { measure, seconds } = action;
    if (personless.has(eventType)) tell("action", `finds nobody in ${eventType} events`);
    if (measure === "timeout" && seconds === undefined) tell("action.seconds", "is missing: how long a timeout lasts");
    if (measure === "ban" && seconds !== undefined) {
      tell("action.seconds", "is not for a ban: it lasts until it is undone. Leave it out, or use a timeout");
    }
  }
  return problems;
}

/** Without a template, a webhook is sent the event. */
function readWebhook(
  source: string | undefined,
  eventType: EventType | null,
  problems: RuleProblem[],
): (event: ServedEvent) => string | null {
  if (source === undefined) return () => null;
  const reading = readJsonTemplate(source, eventType);
  if (reading.problem !== undefined) {
    problems.push({ path: "action.template", message: reading.problem });
    return () => null;
  }
  return (event) => renderJson(reading.template, event);
}

/** A streak is seen when it is over, not with every frame, unless the rule asks for it. */
const settled = (event: ServedEvent) => event.eventType !== "GIFT" || event.payload.streakState !== "progress";

function fieldsRead(expression: Expression): string[] {
  if (expression.kind === "var") return [expression.path];
  return expression.kind === "operation" ? expression.args.flatMap(fieldsRead) : [];
}

/** What a rule makes of one event, without doing anything. */
export function testRule(draft: RuleDraft, event: ServedEvent, isSaved = false): RuleTest {
  const { rule, problems } = prepareRule(draft, isSaved);
  if (!rule) return { matched: false, renderedTemplate: null, trace: [], errors: problems };
  if (event.eventType !== draft.eventType) {
    const message = `is for ${draft.eventType} events, and this is ${event.eventType}`;
    return { matched: false, renderedTemplate: null, trace: [], errors: [{ path: "eventType", message }] };
  }
  return { ...tryRule(rule, event), errors: [] };
}

/** The same of one that is ready, for an event of its type. */
export const tryRule = (rule: PreparedRule, event: ServedEvent): Omit<RuleTest, "errors"> => ({
  matched: rule.matches(event),
  renderedTemplate: rule.render(event),
  trace: rule.expression ? trace(rule.expression, event) : [],
});
