import type { Expression } from "./condition.ts";
import { type FieldOf, rangeOf } from "./ranges.ts";

/** A field compared with a number. */
interface Comparison {
  field: Extract<Expression, { kind: "var" }>;
  sign: Sign;
  bound: number;
}

type Sign = "<" | "<=" | ">" | ">=" | "==";

const swapped: Record<Sign, Sign> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==" };
const negated: Partial<Record<Sign, Sign>> = { "<": ">=", "<=": ">", ">": "<=", ">=": "<" };

/**
 * Whether no number of some field fits all of these comparisons, as 5 or more and below 5.
 *
 * @param areNegated asked of the opposite of each: then one of them always holds
 */
export function contradict(args: readonly Expression[], areNegated: boolean, fieldOf: FieldOf): boolean {
  const open = new Map<string, { least: number; most: number; withLeast: boolean; withMost: boolean }>();
  for (const arg of args) {
    const comparison = comparisonOf(arg);
    if (!comparison) continue;
    const { field, bound } = comparison;
    const sign = areNegated ? negated[comparison.sign] : comparison.sign;
    const { isCertain, least, most } = rangeOf(field, fieldOf);
    if (!sign || (areNegated && !isCertain)) continue; // of what is not there, neither holds
    const name = JSON.stringify([field.path, field.otherwise]);
    const left = open.get(name) ?? { least, most, withLeast: true, withMost: true };
    open.set(name, left);
    if (sign !== "<" && sign !== "<=" && bound >= left.least) {
      left.withLeast = sign !== ">" && (bound > left.least || left.withLeast);
      left.least = bound;
    }
    if (sign !== ">" && sign !== ">=" && bound <= left.most) {
      left.withMost = sign !== "<" && (bound < left.most || left.withMost);
      left.most = bound;
    }
    if (left.least > left.most || (left.least === left.most && !(left.withLeast && left.withMost))) return true;
  }
  return false;
}

function comparisonOf(expression: Expression): Comparison | null {
  if (expression.kind !== "operation" || expression.args.length !== 2) return null;
  const sign = expression.operator === "===" ? "==" : expression.operator;
  if (!Object.hasOwn(swapped, sign)) return null;
  const [left, right] = expression.args;
  if (left?.kind === "var" && right?.kind === "literal" && typeof right.value === "number") {
    return { field: left, sign: sign as Sign, bound: right.value };
  }
  if (right?.kind === "var" && left?.kind === "literal" && typeof left.value === "number") {
    return { field: right, sign: swapped[sign as Sign], bound: left.value };
  }
  return null;
}
