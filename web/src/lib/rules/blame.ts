import type { RuleTest } from "../../../../contracts/rule.ts";
import { type Logic, operation } from "./condition.ts";

type Clause = RuleTest["trace"][number];

/**
 * The comparisons that keep a condition from holding, with what they read; none when it holds. Below a not, that is those
 * which hold. `trace` has the comparisons in the order in which they stand.
 */
export function blamed(logic: Logic, trace: Clause[]): Clause[] {
  const clauses = trace.values();
  return wrong(join(logic, clauses), true);
}

type Node = { holds: boolean; clause: Clause } | { holds: boolean; not: boolean; parts: Node[] };

function join(logic: Logic, clauses: Iterator<Clause>): Node {
  const [operator, args] = operation(logic) ?? [];
  if (operator !== "and" && operator !== "or" && operator !== "!") {
    const clause: Clause = clauses.next().value ?? { path: "", holds: false, reads: {} };
    return { holds: clause.holds, clause };
  }
  const parts = (args ?? []).map((arg) => join(arg, clauses));
  if (operator === "!") return { holds: !parts[0]?.holds, not: true, parts };
  const holds = operator === "and" ? parts.every((part) => part.holds) : parts.some((part) => part.holds);
  return { holds, not: false, parts };
}

function wrong(node: Node, wanted: boolean): Clause[] {
  if (node.holds === wanted) return [];
  if ("clause" in node) return [node.clause];
  return node.parts.flatMap((part) => wrong(part, node.not ? !wanted : wanted));
}
