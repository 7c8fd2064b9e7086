/** What an operator accepts: condition.ts checks it before any event is there. */
type Takes = "numbers" | "conditions" | "anything" | "texts" | "equals" | "order" | "member" | "part" | "choice";

interface OperatorFacts {
  takes: Takes;
  /** Of `anything`: what comes out. */
  gives?: "boolean" | "string";
  /** How many values. (Default: 2) */
  values?: readonly [least: number, most: number];
}

const MANY = 200;

/**
 * The operators of JSON logic that a rule may use, without those that loop, grow or look around; and the two that the
 * dashboard's builder adds.
 */
export const operators = {
  "==": { takes: "equals" },
  "===": { takes: "equals" },
  "!=": { takes: "equals" },
  "!==": { takes: "equals" },
  "<": { takes: "order", values: [2, 3] },
  "<=": { takes: "order", values: [2, 3] },
  ">": { takes: "order" },
  ">=": { takes: "order" },
  and: { takes: "conditions", values: [1, MANY] },
  or: { takes: "conditions", values: [1, MANY] },
  "!": { takes: "conditions", values: [1, 1] },
  "!!": { takes: "anything", gives: "boolean", values: [1, 1] },
  in: { takes: "member" },
  startsWith: { takes: "texts" },
  endsWith: { takes: "texts" },
  "+": { takes: "numbers", values: [2, MANY] },
  "-": { takes: "numbers", values: [1, 2] },
  "*": { takes: "numbers", values: [2, MANY] },
  "/": { takes: "numbers" },
  "%": { takes: "numbers" },
  min: { takes: "numbers", values: [1, MANY] },
  max: { takes: "numbers", values: [1, MANY] },
  cat: { takes: "anything", gives: "string", values: [1, MANY] },
  substr: { takes: "part", values: [2, 3] },
  if: { takes: "choice", values: [3, MANY] },
} as const satisfies Record<string, OperatorFacts>;

export type Operator = keyof typeof operators;

export function arity(operator: Operator): { least: number; most: number } {
  const { values = [2, 2] }: OperatorFacts = operators[operator];
  return { least: values[0], most: values[1] };
}
