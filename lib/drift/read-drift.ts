import type { Service } from "moleculer";
import type { DriftKind, DriftReport } from "../../contracts/api.ts";
import { askAll } from "../ask.ts";

/** The drift that all normalizers noticed; undefined when none answers. */
export async function readDrift(broker: Service["broker"]): Promise<DriftReport | undefined> {
  const reports = await askAll<DriftReport>(broker, (name) => name === "normalizer.drift");
  return reports.length > 0 ? sumOf(reports) : undefined;
}

/** @param reports at least one */
export function sumOf(reports: readonly DriftReport[]): DriftReport {
  const kinds = new Map<string, DriftKind>();
  for (const kind of reports.flatMap((report) => report.kinds)) {
    const key = `${kind.kind} ${kind.type} ${kind.what}`;
    const other = kinds.get(key);
    kinds.set(key, other ? together(other, kind) : kind);
  }
  const sum = (field: "checked" | "omitted") => reports.reduce((total, report) => total + report[field], 0);
  return {
    since: reports.map(({ since }) => since).sort()[0] as string,
    checked: sum("checked"),
    omitted: sum("omitted"),
    kinds: [...kinds.values()].sort((a, b) => (a.firstAt === b.firstAt ? 0 : a.firstAt < b.firstAt ? 1 : -1)),
  };
}

/** One kind as two normalizers saw it, with the sample of who saw it first. */
function together(a: DriftKind, b: DriftKind): DriftKind {
  const [, lastAt] = [a.lastAt, b.lastAt].sort();
  return { ...(a.firstAt <= b.firstAt ? a : b), count: a.count + b.count, lastAt: lastAt as string };
}
