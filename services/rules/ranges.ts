import type { Expression, Scalar } from "./condition.ts";
import type { Field } from "./fields.ts";

export type FieldOf = (path: string) => Field | undefined;

/** What a value may be, as far as the contract of the events tells. */
export interface Range {
  /** Of a number. */
  least: number;
  most: number;
  /** Of a text that is one of a few. */
  values?: readonly Scalar[];
  /** It is there in every event. */
  isCertain: boolean;
  /** It is neither 0 nor an empty text. */
  isFilled: boolean;
}

const anything: Range = {
  ...{ least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY },
  ...{ isCertain: false, isFilled: false },
};

export function rangeOf(expression: Expression, fieldOf: FieldOf): Range {
  if (expression.kind === "literal") return rangeOfValue(expression.value);
  if (expression.kind === "var") return rangeOfField(fieldOf(expression.path), expression.otherwise);
  if (expression.kind === "list") return anything;
  const ranges = expression.args.map((arg) => rangeOf(arg, fieldOf));
  const least = ranges.map((range) => range.least);
  const most = ranges.map((range) => range.most);
  const isCertain = ranges.every((range) => range.isCertain);
  switch (expression.operator) {
    case "+":
      return numbers(sum(least), sum(most), isCertain);
    case "-": {
      const [from = 0, off] = least;
      const [to = 0, offMost = 0] = most;
      return off === undefined ? numbers(-to, -from, isCertain) : numbers(from - offMost, to - off, isCertain);
    }
    case "min":
      return numbers(Math.min(...least), Math.min(...most), isCertain);
    case "max":
      return numbers(Math.max(...least), Math.max(...most), isCertain);
    default:
      return anything;
  }
}

/** Nothing is both. */
export const areApart = (a: Range, b: Range): boolean =>
  a.least > b.most ||
  b.least > a.most ||
  (a.values !== undefined && b.values !== undefined && !a.values.some((value) => b.values?.includes(value)));

/** Of something without end nobody knows whether it is a number. */
const numbers = (least: number, most: number, isCertain: boolean): Range => ({
  ...{ least, most, isFilled: least > 0 || most < 0 },
  isCertain: isCertain && Number.isFinite(least) && Number.isFinite(most),
});

function rangeOfValue(value: Scalar): Range {
  if (typeof value === "number") return numbers(value, value, true);
  return typeof value === "string"
    ? { ...anything, values: [value], isCertain: true, isFilled: value !== "" }
    : anything;
}

function rangeOfField(field: Field | undefined, otherwise: Scalar): Range {
  if (!field) return anything;
  const { type, minimum, maximum, values, isCertain, isFilled = false } = field;
  const told: Range =
    type === "number"
      ? { ...numbers(minimum ?? anything.least, maximum ?? anything.most, isCertain), isCertain }
      : { ...anything, ...(values && { values }), isCertain, isFilled };
  return isCertain || otherwise === null ? told : either(told, rangeOfValue(otherwise));
}

const either = (a: Range, b: Range): Range => ({
  least: Math.min(a.least, b.least),
  most: Math.max(a.most, b.most),
  ...(a.values && b.values && { values: [...a.values, ...b.values] }),
  isCertain: b.isCertain,
  isFilled: a.isFilled && b.isFilled,
});

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
