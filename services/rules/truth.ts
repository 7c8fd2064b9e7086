import { compile } from "./compile.ts";
import type { Expression } from "./condition.ts";

/** Whether a condition holds, when that is the same for every event; undefined where it is not, or nobody can tell. */
export function truthOf(expression: Expression): boolean | undefined {
  if (!readsEvent(expression)) return expression.kind === "list" ? undefined : compile(expression)({});
  if (expression.kind !== "operation") return undefined;
  const { operator, args } = expression;
  const truths = args.map(truthOf);
  switch (operator) {
    case "and":
      return truths.includes(false) ? false : allAlike(truths);
    case "or":
      return truths.includes(true) ? true : allAlike(truths);
    case "!":
      return truths[0] === undefined ? undefined : !truths[0];
    case "if":
      return truthOfChoice(truths);
    case "==":
    case "===":
      return areSame(args) ? true : undefined;
    case "!=":
    case "!==":
      return areSame(args) ? false : undefined;
    default:
      return undefined;
  }
}

export const readsEvent = (expression: Expression): boolean =>
  expression.kind === "var" || (expression.kind === "operation" && expression.args.some(readsEvent));

type Truths = (boolean | undefined)[];

const allAlike = ([first, ...others]: Truths) => (others.every((truth) => truth === first) ? first : undefined);

/** Condition and result in turn, and what else there is. */
function truthOfChoice([condition, result, ...others]: Truths): boolean | undefined {
  if (others.length === 0) return condition;
  const otherwise = truthOfChoice(others);
  if (condition !== undefined) return condition ? result : otherwise;
  return allAlike([result, otherwise]);
}

const areSame = ([left, right]: readonly Expression[]) =>
  left?.kind === "var" && right?.kind === "var" && left.path === right.path && left.otherwise === right.otherwise;
