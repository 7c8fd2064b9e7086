import type { Rule, RuleAction, RuleDraft, RuleProblem } from "../../../../contracts/rule.ts";
import { fromLogic, isFilled, type Logic, type Row, toLogic } from "./condition.ts";
import { ruleMessages } from "./messages.ts";

const { faults: texts } = ruleMessages;

/** `every` event of the type; rows joined by `all` or `any`; or JSON `logic` as text, for whatever rows cannot say. */
export type When = "every" | "all" | "any" | "logic";

/** What the builder holds: each kind of action keeps its fields while another one is looked at. */
export interface RuleForm extends Pick<RuleDraft, "name" | "enabled" | "eventType" | "mode"> {
  when: When;
  rows: Row[];
  logic: string;
  type: RuleAction["type"];
  /** Of announce and log. */
  template: string;
  measure: "timeout" | "ban";
  seconds: number | null;
  reason: string;
  url: string;
  /** Of a webhook; empty: the event. */
  body: string;
  cooldown: number | null;
  perUserCooldown: number | null;
  perMinute: number | null;
}

/** A draft as it is sent, or read: what has a default may be missing. */
export type GivenDraft = Pick<RuleDraft, "name" | "eventType" | "action"> & Partial<RuleDraft>;

const DEFAULT_TIMEOUT = 60;

export function formOf(draft: GivenDraft): RuleForm {
  const { name, eventType, action, enabled = true, mode = "live", limits = {} } = draft;
  const { cooldown = 0, perUserCooldown = 0 } = draft;
  return {
    ...{ name, eventType, enabled, mode, ...conditionOf(draft) },
    type: action.type,
    template: action.type === "announce" || action.type === "log" ? action.template : "",
    ...{ measure: "timeout", seconds: DEFAULT_TIMEOUT, reason: "" },
    ...(action.type === "moderate" && { ...action, seconds: action.seconds ?? DEFAULT_TIMEOUT }),
    url: action.type === "webhook" ? action.url : "",
    body: action.type === "webhook" ? (action.template ?? "") : "",
    cooldown: cooldown || null,
    perUserCooldown: perUserCooldown || null,
    perMinute: limits.perMinute ?? null,
  };
}

function conditionOf({ condition, matchAll }: GivenDraft): Pick<RuleForm, "when" | "rows" | "logic"> {
  if (matchAll || condition === undefined || condition === null) return { when: "every", rows: [], logic: "" };
  const shown = fromLogic(condition);
  if (!shown) return { when: "logic", rows: [], logic: print(condition) };
  return { when: shown.join, rows: shown.rows, logic: "" };
}

/** The form with its condition told another way; null when that way cannot tell it. */
export function withWhen(form: RuleForm, when: When): RuleForm | null {
  if (form.when === "logic" && (when === "all" || when === "any")) {
    const shown = form.logic.trim() === "" ? { rows: [], join: when } : fromLogic(parse(form.logic));
    const fits = shown && (shown.rows.length < 2 || shown.join === when);
    return fits ? { ...form, when, rows: shown.rows } : null;
  }
  if (when === "logic" && form.when !== "every" && form.rows.length > 0) {
    return { ...form, when, logic: print(toLogic(form.rows, form.when === "any" ? "any" : "all")) };
  }
  return { ...form, when };
}

/** The condition as JSON logic; undefined: every event. */
export function logicOf({ when, rows, logic }: RuleForm): Logic {
  if (when === "every") return undefined;
  return when === "logic" ? parse(logic) : toLogic(rows, when);
}

/** The rule that the form says, or what is missing to it, with the paths of the gateway. */
export function draftOf(form: RuleForm): { draft: RuleDraft; problems: [] } | { draft: null; problems: RuleProblem[] } {
  const problems = missing(form);
  if (problems.length > 0) return { draft: null, problems };
  const { eventType, enabled, mode, cooldown, perUserCooldown, perMinute } = form;
  const condition = logicOf(form);
  const draft: RuleDraft = {
    ...{ name: form.name.trim(), eventType, enabled, mode, action: actionOf(form) },
    ...(condition === undefined ? { matchAll: true } : { condition, matchAll: false }),
    ...{ cooldown: cooldown ?? 0, perUserCooldown: perUserCooldown ?? 0 },
    limits: perMinute === null ? {} : { perMinute },
  };
  return { draft, problems: [] };
}

/** What is stored of a rule, as it would be sent again. */
export function draftIn({ name, enabled, eventType, condition, matchAll, action, mode, ...rest }: Rule): RuleDraft {
  const { cooldown, perUserCooldown, limits } = rest;
  const when = matchAll ? { matchAll } : { condition, matchAll };
  return { name, enabled, eventType, ...when, action, cooldown, perUserCooldown, limits, mode };
}

function actionOf({ type, template, measure, seconds, reason, url, body }: RuleForm): RuleAction {
  if (type === "webhook") return { type, url: url.trim(), ...(body.trim() && { template: body }) };
  if (type !== "moderate") return { type, template };
  return measure === "ban" ? { type, measure, reason } : { type, measure, reason, seconds: seconds ?? 0 };
}

function missing(form: RuleForm): RuleProblem[] {
  const { type, when, rows, measure, seconds } = form;
  const problems: RuleProblem[] = [];
  const need = (isThere: unknown, path: string, message: string = texts.missing) => {
    if (!isThere) problems.push({ path, message });
  };
  need(form.name.trim(), "name");
  if (when === "logic") need(parse(form.logic) !== undefined, "condition", texts.noJson);
  if (when === "all" || when === "any") {
    need(rows.length > 0, "condition", texts.noRows);
    for (const [i, row] of rows.entries()) need(isFilled(row), rowPath(form, i), texts.noValue);
  }
  if (type === "announce" || type === "log") need(form.template.trim(), "action.template");
  if (type === "webhook") need(form.url.trim(), "action.url");
  if (type === "moderate") need(form.reason.trim(), "action.reason");
  if (type === "moderate" && measure === "timeout") need(seconds, "action.seconds");
  return problems;
}

/** Where a row stands in the condition. */
export const rowPath = ({ rows, when }: Pick<RuleForm, "rows" | "when">, i: number) =>
  rows.length === 1 ? "condition" : `condition.${when === "any" ? "or" : "and"}.${i}`;

/** What is wrong at `path` or within it. */
export const problemsAt = (problems: RuleProblem[], path: string): string[] =>
  problems.filter((one) => one.path === path || one.path.startsWith(`${path}.`)).map(({ message }) => message);

function parse(text: string): Logic {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
const print = (logic: Logic) => JSON.stringify(logic, null, 2);
