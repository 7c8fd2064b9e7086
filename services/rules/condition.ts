import type { EventType } from "../../contracts/unified-event.ts";
import { type Field, fieldsFor } from "./fields.ts";
import { arity, type Operator, operators } from "./operators.ts";
import { readsEvent, truthOf } from "./truth.ts";

/** A JSON-logic expression that `readCondition` has let through. */
export type Expression =
  | { kind: "literal"; value: Scalar }
  | { kind: "list"; values: Scalar[] }
  | { kind: "var"; path: string; keys: readonly string[]; otherwise: Scalar }
  | { kind: "operation"; operator: Operator; path: string; args: Expression[] };

export type Scalar = string | number | boolean | null;

/** What is wrong with a condition, and where: a path from its root such as `and.1.>=.0`. */
export interface ConditionProblem {
  path: string;
  message: string;
}

export type Reading = { expression: Expression; problems: [] } | { expression: null; problems: ConditionProblem[] };

export const conditionLimits = { nodes: 200, depth: 12, bytes: 8_192 };

type Type = Field["type"] | "nothing";

/** An expression with what is known of its value before any event is there. */
interface Typed {
  expression: Expression;
  type: Type;
}

/**
 * Reads a JSON-logic condition on one type of event. Accepted are single values, the event's own fields by a literal
 * path, and the operators of operators.ts, each with values of types that fit: so that what is accepted means the same
 * here as in json-logic-js, costs little, and never compares what is not there as if it were 0.
 *
 * Refused is also what is the same for every event, in whole or in a part, as far as truth.ts sees that: a rule that cannot
 * be false would act on everything, and a comparison that cannot is not what somebody meant.
 *
 * @param isSaved it was accepted before: a part that is the same for every event is let be
 */
export function readCondition(eventType: EventType, condition: unknown, isSaved = false): Reading {
  const reader = new Reader(eventType, isSaved);
  const size = sizeOf(condition);
  if (size > conditionLimits.bytes) {
    return refused("", `is ${size} bytes of JSON, more than ${conditionLimits.bytes}`);
  }
  const root = reader.read(condition, "", 1);
  if (reader.problems.length > 0 || !root) return { expression: null, problems: reader.problems };
  if (root.type !== "boolean") return refused("", "must say yes or no: compare something");
  if (!readsEvent(root.expression)) return refused("", READS_NOTHING);
  return { expression: root.expression, problems: [] };
}

const refused = (path: string, message: string): Reading => ({ expression: null, problems: [{ path, message }] });

function sizeOf(condition: unknown): number {
  try {
    return Buffer.byteLength(JSON.stringify(condition) ?? "");
  } catch {
    return Number.POSITIVE_INFINITY; // no JSON: deeper than the stack, or in a circle
  }
}

class Reader {
  readonly problems: ConditionProblem[] = [];
  readonly #fields: ReadonlyMap<string, Field>;
  readonly #eventType: EventType;
  readonly #isSaved: boolean;
  #nodes = 0;

  constructor(eventType: EventType, isSaved: boolean) {
    this.#eventType = eventType;
    this.#isSaved = isSaved;
    this.#fields = fieldsFor(eventType);
  }

  read(node: unknown, path: string, depth: number): Typed | null {
    this.#nodes++;
    if (this.#nodes > conditionLimits.nodes) return this.#tooLarge(path);
    if (depth > conditionLimits.depth) return this.#refuse(path, `is nested deeper than ${conditionLimits.depth}`);
    if (isScalar(node)) return literal(node);
    if (typeof node !== "object" || node === null) return this.#refuse(path, "is no JSON-logic");
    if (Array.isArray(node)) return this.#refuse(path, "must not be a list: lists stand only behind `in`");
    const [name, ...more] = Object.keys(node);
    if (name === undefined || more.length > 0) return this.#refuse(path, "must have exactly one operator");
    const args = (node as Record<string, unknown>)[name];
    const list = Array.isArray(args) ? args : [args];
    if (name === "var") return this.#readVar(list, path);
    if (!Object.hasOwn(operators, name)) {
      return this.#refuse(path, `has the operator ${quoted(name)}; there are ${Object.keys(operators).join(" ")} var`);
    }
    return this.#readOperation(name as Operator, list, path, depth);
  }

  #readVar([name, otherwise = null, ...more]: unknown[], path: string): Typed | null {
    if (typeof name !== "string" || more.length > 0) {
      return this.#refuse(path, "needs the path of a field as it stands: it cannot be computed");
    }
    const field = this.#fields.get(name);
    if (!field) return this.#refuse(path, `reads ${quoted(name)}, which ${this.#eventType} events do not have`);
    if (!isScalar(otherwise)) return this.#refuse(path, "has a default that is no single value");
    if (otherwise !== null && typeOf(otherwise) !== field.type) {
      return this.#refuse(path, `has a default that is no ${field.type}, which ${name} is`);
    }
    return { expression: { kind: "var", path: name, keys: name.split("."), otherwise }, type: field.type };
  }

  #readOperation(operator: Operator, list: unknown[], path: string, depth: number): Typed | null {
    const within = path === "" ? operator : `${path}.${operator}`;
    const { least, most } = arity(operator);
    if (list.length < least || list.length > most) {
      return this.#refuse(
        within,
        `needs ${least === most ? least : `${least} to ${most}`} values, and has ${list.length}`,
      );
    }
    const args: Typed[] = [];
    for (const [i, item] of list.entries()) {
      const isList = operator === "in" && i === 1 && Array.isArray(item);
      const arg = isList ? this.#readList(item, `${within}.${i}`) : this.read(item, `${within}.${i}`, depth + 1);
      if (this.#nodes > conditionLimits.nodes) return null;
      if (arg) args.push(arg);
    }
    if (args.length < list.length) return null;
    const type = this.#typeOf(operator, args, within);
    if (!type) return null;
    const expression: Expression = {
      kind: "operation",
      operator,
      path: within,
      args: args.map((arg) => arg.expression),
    };
    const mayBeConstant = type !== "boolean" || (this.#isSaved && path !== "");
    return !mayBeConstant && this.#isConstant(expression, within) ? null : { expression, type };
  }

  /** True: it was refused. */
  #isConstant(expression: Expression, path: string): boolean {
    const truth = truthOf(expression, (name) => this.#fields.get(name));
    if (truth === undefined) return false;
    this.#refuse(
      path,
      readsEvent(expression) ? `is ${truth} for every event, whatever the fields that it reads say` : READS_NOTHING,
    );
    return true;
  }

  #readList(items: unknown[], path: string): Typed | null {
    this.#nodes += items.length;
    if (this.#nodes > conditionLimits.nodes) return this.#tooLarge(path);
    if (items.length === 0) return this.#refuse(path, "is empty: nothing is in it");
    if (!items.every((item): item is Scalar => isScalar(item) && item !== null)) {
      return this.#refuse(path, "must have single values only");
    }
    const types = new Set(items.map(typeOf));
    if (types.size > 1) return this.#refuse(path, "must have values of one type");
    return { expression: { kind: "list", values: items }, type: [...types][0] as Type };
  }

  /** The type of what comes out; null when what goes in does not fit. */
  #typeOf(operator: Operator, args: Typed[], path: string): Type | null {
    const types = args.map(({ type }) => type);
    switch (operators[operator].takes) {
      case "numbers":
        return types.every((type) => type === "number") ? "number" : this.#refuse(path, "calculates with numbers only");
      case "conditions":
        return types.every((type) => type === "boolean")
          ? "boolean"
          : this.#refuse(path, "joins what says yes or no: compare something first");
      case "anything":
        return operators[operator].gives as Type;
      case "texts":
        if (!types.every((type) => type === "string")) return this.#refuse(path, "looks at two texts");
        return isEmptyText(args[1]) ? this.#refuse(path, ALWAYS_IN) : "boolean";
      case "equals":
        return this.#typeOfEquality(types, path);
      case "order":
        return this.#typeOfOrder(types, path);
      case "member":
        return this.#typeOfMember(args, path);
      case "part":
        return types[0] === "string" && types.slice(1).every((type) => type === "number")
          ? "string"
          : this.#refuse(path, "takes a text, where to begin, and how many characters");
      case "choice":
        return this.#typeOfChoice(types, path);
    }
  }

  #typeOfEquality([left, right]: Type[], path: string): Type | null {
    if (left === right || left === "nothing" || right === "nothing") return "boolean";
    return this.#refuse(path, `compares a ${left} with a ${right}, which are never the same`);
  }

  #typeOfOrder(types: Type[], path: string): Type | null {
    const [first] = types;
    const isOne = types.every((type) => type === first) && (first === "number" || first === "string");
    return isOne ? "boolean" : this.#refuse(path, "compares numbers with numbers, or texts with texts");
  }

  #typeOfMember([item, list]: Typed[], path: string): Type | null {
    if (list?.expression.kind === "list") {
      return item?.type === list.type ? "boolean" : this.#refuse(path, `looks for a ${item?.type} in a list of others`);
    }
    if (item?.type !== "string" || list?.type !== "string") {
      return this.#refuse(path, "looks for a text in a text, or for a value in a list");
    }
    return isEmptyText(item) ? this.#refuse(path, ALWAYS_IN) : "boolean";
  }

  #typeOfChoice(types: Type[], path: string): Type | null {
    if (types.length % 2 === 0) return this.#refuse(path, "needs a value for when nothing holds");
    const conditions = types.filter((_, i) => i % 2 === 0 && i < types.length - 1);
    const results = types.filter((_, i) => i % 2 === 1 || i === types.length - 1);
    if (!conditions.every((type) => type === "boolean"))
      return this.#refuse(path, "asks something that says neither yes nor no");
    const [result] = results;
    if (!result || !results.every((type) => type === result)) return this.#refuse(path, "must give values of one type");
    return result;
  }

  #tooLarge(path: string): null {
    if (!this.problems.some(({ message }) => message.startsWith("has more than"))) {
      this.#refuse(path, `has more than ${conditionLimits.nodes} parts by here`);
    }
    return null;
  }

  #refuse(path: string, message: string): null {
    this.problems.push({ path, message });
    return null;
  }
}

const READS_NOTHING = "is the same for every event: it must read a field of it";
const ALWAYS_IN = "looks for an empty text, which is in every one";
const isEmptyText = (arg?: Typed) => arg?.expression.kind === "literal" && arg.expression.value === "";

const isScalar = (value: unknown): value is Scalar =>
  value === null ||
  typeof value === "string" ||
  typeof value === "boolean" ||
  (typeof value === "number" && Number.isFinite(value));

const typeOf = (value: Scalar): Type => (value === null ? "nothing" : (typeof value as Type));
const literal = (value: Scalar): Typed => ({ expression: { kind: "literal", value }, type: typeOf(value) });
/** Something of the caller's, in a sentence: no longer than it must be. */
const quoted = (text: string) => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
