import type { Expression, Scalar } from "./condition.ts";
import type { Operator } from "./operators.ts";

/** Something that has the fields of an event: looked up by own properties only. */
export type Subject = object;

type Evaluate = (subject: Subject) => Scalar;

/**
 * A condition as one function, made of closures: no text of a user's ever becomes code. It always ends and never throws.
 *
 * What an event does not say is null: not the same as anything else, neither less nor more than anything, and unknown in a
 * calculation. There JSON logic would take it for 0.
 */
export function compile(expression: Expression): (subject: Subject) => boolean {
  const evaluate = evaluator(expression);
  return (subject) => evaluate(subject) === true;
}

/** One comparison of a condition, as it came out for one event. */
export interface Clause {
  /** Where it stands, as ConditionProblem has it. */
  path: string;
  holds: boolean;
  /** What it read of the event; null: not there. */
  reads: Record<string, Scalar>;
}

/** Every comparison below the and, or and not of a condition. */
export function trace(expression: Expression, subject: Subject): Clause[] {
  if (expression.kind === "operation" && ["and", "or", "!"].includes(expression.operator)) {
    return expression.args.flatMap((arg) => trace(arg, subject));
  }
  const path = expression.kind === "list" || expression.kind === "literal" ? "" : expression.path;
  return [{ path, holds: compile(expression)(subject), reads: Object.fromEntries(readings(expression, subject)) }];
}

/** The comparisons that keep a condition from holding; none when it holds. Below a not, that is those which hold. */
export function blamed(expression: Expression, subject: Subject, wanted = true): Clause[] {
  const { operator, args } = expression.kind === "operation" ? expression : { operator: null, args: [] };
  if (compile(expression)(subject) === wanted) return [];
  if (operator === "!") return args.flatMap((arg) => blamed(arg, subject, !wanted));
  if (operator === "and" || operator === "or") return args.flatMap((arg) => blamed(arg, subject, wanted));
  return trace(expression, subject);
}

function readings(expression: Expression, subject: Subject): [path: string, value: Scalar][] {
  if (expression.kind === "var") return [[expression.path, evaluator(expression)(subject)]];
  return expression.kind === "operation" ? expression.args.flatMap((arg) => readings(arg, subject)) : [];
}

function evaluator(expression: Expression): Evaluate {
  switch (expression.kind) {
    case "literal":
      return () => expression.value;
    case "list":
      throw new TypeError("a list stands only behind `in`");
    case "var":
      return reader(expression.keys, expression.otherwise);
    case "operation": {
      const { operator, args } = expression;
      const [item, list] = args;
      if (operator === "in" && item && list?.kind === "list") return member(evaluator(item), new Set(list.values));
      return compiled[operator](args.map(evaluator));
    }
  }
}

function reader(keys: readonly string[], otherwise: Scalar): Evaluate {
  return (subject) => {
    let value: unknown = subject;
    for (const key of keys) {
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return otherwise;
      value = (value as Record<string, unknown>)[key];
    }
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : otherwise;
  };
}

function member(item: Evaluate, values: ReadonlySet<Scalar>): Evaluate {
  return (subject) => {
    const value = item(subject);
    return value !== null && values.has(value);
  };
}

type Compile = (args: Evaluate[]) => Evaluate;

const pair = (decide: (left: Scalar, right: Scalar) => Scalar): Compile => {
  return ([left, right]) =>
    (subject) =>
      decide((left as Evaluate)(subject), (right as Evaluate)(subject));
};

const equal = pair((left, right) => left === right);
const unequal = pair((left, right) => left !== right);

/** In a row: each against the next. What is not there is in no order. */
function order(holds: (left: string | number, right: string | number) => boolean): Compile {
  const both = (left: Scalar, right: Scalar) =>
    left !== null && right !== null && holds(left as string | number, right as string | number);
  return ([first, second, third]) => {
    if (!third) return pair(both)([first as Evaluate, second as Evaluate]);
    return (subject) => {
      const middle = (second as Evaluate)(subject);
      return both((first as Evaluate)(subject), middle) && both(middle, third(subject));
    };
  };
}

/** Null as soon as one number is not there. */
function numbers(calculate: (values: number[]) => number): Compile {
  return (args) => (subject) => {
    const values: number[] = [];
    for (const arg of args) {
      const value = arg(subject);
      if (value === null) return null;
      values.push(value as number);
    }
    return calculate(values);
  };
}

const texts = (holds: (text: string, part: string) => boolean): Compile =>
  pair((text, part) => text !== null && part !== null && part !== "" && holds(text as string, part as string));

const compiled: Record<Operator, Compile> = {
  "==": equal,
  "===": equal,
  "!=": unequal,
  "!==": unequal,
  "<": order((left, right) => left < right),
  "<=": order((left, right) => left <= right),
  ">": order((left, right) => left > right),
  ">=": order((left, right) => left >= right),
  and: (args) => (subject) => {
    for (const arg of args) if (arg(subject) !== true) return false; // a third cheaper than `every`
    return true;
  },
  or: (args) => (subject) => {
    for (const arg of args) if (arg(subject) === true) return true;
    return false;
  },
  "!":
    ([arg]) =>
    (subject) =>
      (arg as Evaluate)(subject) !== true,
  "!!":
    ([arg]) =>
    (subject) =>
      Boolean((arg as Evaluate)(subject)),
  in: ([part, text]) => texts((whole, some) => whole.includes(some))([text as Evaluate, part as Evaluate]),
  startsWith: texts((text, part) => text.startsWith(part)),
  endsWith: texts((text, part) => text.endsWith(part)),
  "+": numbers((values) => values.reduce((sum, value) => sum + value, 0)),
  "-": numbers(([left, right]) => (right === undefined ? -(left as number) : (left as number) - right)),
  "*": numbers((values) => values.reduce((product, value) => product * value, 1)),
  "/": numbers(([left, right]) => (left as number) / (right as number)),
  "%": numbers(([left, right]) => (left as number) % (right as number)),
  min: numbers((values) => Math.min(...values)),
  max: numbers((values) => Math.max(...values)),
  cat: (args) => (subject) => args.map((arg) => arg(subject) ?? "").join(""),
  substr:
    ([text, start, length]) =>
    (subject) =>
      part((text as Evaluate)(subject), (start as Evaluate)(subject), length?.(subject)),
  if: choice,
};

/** JSON logic's: a negative start counts from the end, a negative length leaves so many off. */
function part(text: Scalar, start: Scalar, length: Scalar | undefined): Scalar {
  if (text === null || start === null || length === null) return null;
  const whole = text as string;
  const from = (start as number) < 0 ? Math.max(0, whole.length + (start as number)) : (start as number);
  const rest = whole.slice(from);
  return length === undefined ? rest : rest.slice(0, length as number);
}

function choice(args: Evaluate[]): Evaluate {
  return (subject) => {
    for (let i = 0; i + 1 < args.length; i += 2) {
      if ((args[i] as Evaluate)(subject) === true) return (args[i + 1] as Evaluate)(subject);
    }
    return (args.at(-1) as Evaluate)(subject);
  };
}
