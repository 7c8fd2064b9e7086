import type { LetterTrial } from "../../contracts/letters.ts";

type Change = LetterTrial["changes"][number];

/** More than a person reads. */
const MOST = 200;

/** Where two objects differ, leaf by leaf, in the order of their fields; null stands for what is not there. */
export function changesOf(before: object | null, after: object | null): Change[] {
  const old = new Map(before ? leaves(before, "") : []);
  const current = new Map(after ? leaves(after, "") : []);
  const paths = new Set([...old.keys(), ...current.keys()]);
  return [...paths]
    .map((path) => ({ path, before: old.get(path) ?? null, after: current.get(path) ?? null }))
    .filter((change) => change.before !== change.after)
    .slice(0, MOST);
}

/** Empty objects and lists have none. */
function leaves(value: object, path: string): [path: string, leaf: unknown][] {
  return Object.entries(value).flatMap(([name, item]) => {
    const at = path ? `${path}.${name}` : name;
    return typeof item === "object" && item !== null ? leaves(item, at) : [[at, item] as [string, unknown]];
  });
}
