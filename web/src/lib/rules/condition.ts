import type { RuleField } from "./fields.ts";

/** JSON logic as it is sent and stored. */
export type Logic = unknown;
type Operand = string | number | boolean | (string | number)[] | null;

/** One line of the builder; `value` has the type that the comparison wants, or is null until it is given. */
export interface Row {
  field: string;
  comparison: Comparison;
  value: string | number | string[] | null;
  /** What counts where the event does not tell the field; undefined: nothing does. */
  otherwise?: string | number | boolean;
}

interface Shape {
  /** The types of fields that it is offered for. */
  for: readonly RuleField["type"][];
  /** What stands beside the field. */
  takes: "number" | "text" | "list" | "nothing";
  logic(field: Logic, value: Operand): Logic;
}

const shape = <const Takes extends Shape["takes"]>(
  of: readonly RuleField["type"][],
  takes: Takes,
  logic: Shape["logic"],
): Shape => ({ for: of, takes, logic });
const not = (logic: Logic) => ({ "!": [logic] });

/** Every comparison of the builder, and the JSON logic that says it. */
export const comparisons = {
  atLeast: shape(["number"], "number", (field, value) => ({ ">=": [field, value] })),
  moreThan: shape(["number"], "number", (field, value) => ({ ">": [field, value] })),
  atMost: shape(["number"], "number", (field, value) => ({ "<=": [field, value] })),
  lessThan: shape(["number"], "number", (field, value) => ({ "<": [field, value] })),
  equals: shape(["number"], "number", (field, value) => ({ "==": [field, value] })),
  differs: shape(["number"], "number", (field, value) => ({ "!=": [field, value] })),
  contains: shape(["string"], "text", (field, value) => ({ in: [value, field] })),
  containsNot: shape(["string"], "text", (field, value) => not({ in: [value, field] })),
  is: shape(["string"], "text", (field, value) => ({ "==": [field, value] })),
  isNot: shape(["string"], "text", (field, value) => ({ "!=": [field, value] })),
  startsWith: shape(["string"], "text", (field, value) => ({ startsWith: [field, value] })),
  startsNotWith: shape(["string"], "text", (field, value) => not({ startsWith: [field, value] })),
  endsWith: shape(["string"], "text", (field, value) => ({ endsWith: [field, value] })),
  endsNotWith: shape(["string"], "text", (field, value) => not({ endsWith: [field, value] })),
  oneOf: shape(["string"], "list", (field, value) => ({ in: [field, value] })),
  noneOf: shape(["string"], "list", (field, value) => not({ in: [field, value] })),
  yes: shape(["boolean"], "nothing", (field) => field),
  no: shape(["boolean"], "nothing", (field) => not(field)),
} satisfies Record<string, Shape>;

export type Comparison = keyof typeof comparisons;
const names = Object.keys(comparisons) as Comparison[];

export const comparisonsFor = (type: RuleField["type"]): Comparison[] =>
  names.filter((name) => comparisons[name].for.includes(type));

/** The type of the field that a row compares, as its comparison tells it: fields without a word have no other. */
export const typeOf = ({ comparison }: Row): RuleField["type"] => comparisons[comparison].for[0] as RuleField["type"];

/** The row with another field: its comparison and value stay as long as they fit. */
export function withField(row: Row, { path, type }: RuleField): Row {
  if (typeOf(row) === type) return { field: path, comparison: row.comparison, value: row.value };
  return { field: path, comparison: comparisonsFor(type)[0] as Comparison, value: null };
}

export function withComparison(row: Row, comparison: Comparison): Row {
  const keeps = comparisons[comparison].takes === comparisons[row.comparison].takes;
  return { ...row, comparison, value: keeps ? row.value : null };
}

export const isFilled = ({ comparison, value }: Row): boolean => {
  if (comparisons[comparison].takes === "nothing") return true;
  return Array.isArray(value) ? value.length > 0 : value !== null && value !== "";
};

/** The condition that the rows say together; of one row, `join` says nothing. */
export function toLogic(rows: Row[], join: "all" | "any"): Logic {
  const logics = rows.map(logicOf);
  return logics.length === 1 ? logics[0] : { [join === "all" ? "and" : "or"]: logics };
}

function logicOf({ field, comparison, value, otherwise }: Row): Logic {
  return comparisons[comparison].logic({ var: otherwise === undefined ? field : [field, otherwise] }, value);
}

/** The rows that say exactly this condition; null when no rows do, so that nothing of it is lost. */
export function fromLogic(logic: Logic): { rows: Row[]; join: "all" | "any" } | null {
  const [operator, args] = operation(logic) ?? [];
  const join = operator === "or" ? "any" : "all";
  const isList = (operator === "and" || operator === "or") && args !== undefined && args.length > 1;
  const rows = (isList ? args : [logic]).map(rowOf);
  return rows.every((row) => row !== null) ? { rows, join } : null;
}

/** The row whose logic this is: each comparison is tried, and the one that says the same is it. */
function rowOf(logic: Logic): Row | null {
  const parts = [...leaves(logic)];
  const read = parts.find((part) => operation(part)?.[0] === "var");
  const [field, otherwise, ...more] = operation(read)?.[1] ?? [];
  if (typeof field !== "string" || more.length > 0 || !isDefault(otherwise)) return null;
  const value = parts.find((part) => part !== read) ?? null;
  if (!isValue(value)) return null;
  for (const comparison of names) {
    const row: Row = { field, comparison, value, ...(otherwise !== undefined && { otherwise }) };
    if (fits(row) && same(logicOf(row), logic)) return row;
  }
  return null;
}

/** Whether the value is of the type that the comparison takes. */
function fits({ comparison, value }: Row): boolean {
  const { takes } = comparisons[comparison];
  if (takes === "nothing") return value === null;
  if (takes === "list") return Array.isArray(value) && value.every(isListable);
  return typeof value === (takes === "number" ? "number" : "string");
}

/** A text that comes back from a list with commas as it was. */
const isListable = (text: unknown) => typeof text === "string" && readList(text).length === 1 && text === text.trim();
export const readList = (text: string): string[] =>
  text
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean);

const isDefault = (value: unknown): value is Row["otherwise"] =>
  value === undefined || typeof value === "string" || typeof value === "number" || typeof value === "boolean";
const isValue = (value: unknown): value is Row["value"] =>
  value === null || typeof value === "string" || typeof value === "number" || Array.isArray(value);

/** What stands at the ends of a comparison: the field and the value. */
function* leaves(logic: Logic): Generator<Logic> {
  const [operator, args] = operation(logic) ?? [];
  if (args === undefined || operator === "var") yield logic;
  else for (const arg of args) yield* leaves(arg);
}

/** An operator with its values; a single value may stand without a list. */
export function operation(logic: Logic): [operator: string, args: Logic[]] | null {
  if (typeof logic !== "object" || logic === null || Array.isArray(logic)) return null;
  const [entry, ...more] = Object.entries(logic);
  if (!entry || more.length > 0) return null;
  const [operator, args] = entry;
  return [operator, Array.isArray(args) ? args : [args]];
}

/** Whether two conditions are written alike, but for lists of one. */
function same(one: Logic, other: Logic): boolean {
  const [a, b] = [operation(one), operation(other)];
  if (a && b) return a[0] === b[0] && sameList(a[1], b[1]);
  if (Array.isArray(one) && Array.isArray(other)) return sameList(one, other);
  return one === other;
}

const sameList = (one: Logic[], other: Logic[]) =>
  one.length === other.length && one.every((item, i) => same(item, other[i]));
