import { compile } from "./compile.ts";
import type { Expression } from "./condition.ts";
import { contradict } from "./contradiction.ts";
import { areApart, type FieldOf, type Range, rangeOf } from "./ranges.ts";

/**
 * Whether a condition holds, when that is the same for every event, by what the contract says of each field: bounds of
 * numbers, texts that are one of a few, what every event has. Undefined where it is not the same, or that does not tell.
 */
export function truthOf(expression: Expression, fieldOf: FieldOf): boolean | undefined {
  if (!readsEvent(expression)) return expression.kind === "list" ? undefined : compile(expression)({});
  if (expression.kind !== "operation") return undefined;
  const { operator, args } = expression;
  const truths = args.map((arg) => truthOf(arg, fieldOf));
  const ranges = args.map((arg) => rangeOf(arg, fieldOf));
  switch (operator) {
    case "and":
      return truths.includes(false) || contradict(args, false, fieldOf) ? false : allAlike(truths);
    case "or":
      return truths.includes(true) || contradict(args, true, fieldOf) ? true : allAlike(truths);
    case "!":
      return truths[0] === undefined ? undefined : !truths[0];
    case "if":
      return truthOfChoice(truths);
    case "==":
    case "===":
      return areSame(args) ? true : areNever(ranges) ? false : undefined;
    case "!=":
    case "!==":
      return areSame(args) ? false : areNever(ranges) ? true : undefined;
    case "<":
    case "<=":
    case ">":
    case ">=":
      return truthOfOrder(ranges, operator);
    case "in":
      return truthOfMember(ranges, args[1]);
    case "!!":
      return ranges[0]?.isCertain && ranges[0].isFilled ? true : undefined;
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

/** Two that are not there are the same. */
const areNever = ([left, right]: readonly Range[]) =>
  left !== undefined && right !== undefined && areApart(left, right) && (left.isCertain || right.isCertain);

/** Each against the next. What is not there is in no order. */
function truthOfOrder(ranges: readonly Range[], operator: "<" | "<=" | ">" | ">="): boolean | undefined {
  const inOrder = operator.startsWith("<") ? ranges : ranges.toReversed();
  const isStrict = !operator.endsWith("=");
  const truths = inOrder.slice(1).map((right, i) => {
    const left = inOrder[i] as Range;
    if (isStrict ? left.least >= right.most : left.least > right.most) return false;
    const isSo = isStrict ? left.most < right.least : left.most <= right.least;
    return isSo && left.isCertain && right.isCertain ? true : undefined;
  });
  return truths.includes(false) ? false : allAlike(truths);
}

function truthOfMember([item]: readonly Range[], list: Expression | undefined): boolean | undefined {
  if (!item || list?.kind !== "list") return undefined;
  const members = list.values.map((value) => rangeOf({ kind: "literal", value }, () => undefined));
  if (members.every((member) => areApart(item, member))) return false;
  return item.isCertain && item.values?.every((value) => list.values.includes(value)) ? true : undefined;
}

const areSame = ([left, right]: readonly Expression[]) =>
  left?.kind === "var" && right?.kind === "var" && left.path === right.path && left.otherwise === right.otherwise;
