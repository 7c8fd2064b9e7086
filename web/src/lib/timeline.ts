import type { Analytics } from "../../../contracts/analytics.ts";
import { type ChipKind, chipKinds, typesOf } from "./rows.ts";

type Timeline = NonNullable<Analytics["timeline"]>;

/**
 * Epoch seconds and events of each point; where nothing happened there is none in the figures, and a 0 here. A single
 * point comes after a 0, so that there is a line.
 */
export function eventsOverTime({ minutes, points }: Timeline): [number[], number[]] {
  const step = minutes * 60;
  const found = new Map(points.map(({ at, events }) => [Date.parse(at) / 1000, sum(Object.values(events))]));
  const last = Math.max(...found.keys());
  const first = found.size > 1 ? Math.min(...found.keys()) : last - step;
  const length = found.size > 0 ? Math.round((last - first) / step) + 1 : 0;
  const at = Array.from({ length }, (_, place) => first + place * step);
  return [at, at.map((second) => found.get(second) ?? 0)];
}

/** How many events each chip stands for. */
export function countsOf(timeline: Timeline | undefined): Record<ChipKind, number> {
  const points = timeline?.points ?? [];
  const count = (kind: ChipKind) => sum(points.flatMap(({ events }) => typesOf(kind).map((type) => events[type] ?? 0)));
  return Object.fromEntries(chipKinds.map((kind) => [kind, count(kind)])) as Record<ChipKind, number>;
}

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
