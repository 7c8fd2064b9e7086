import { machine } from "./machine.ts";

/** One figure of docs/benchmarks.md: the median of its rounds. */
export interface Measure {
  name: string;
  value: number;
  unit: string;
  rounds: number[];
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** @param share 0.99: the value that 99 % do not exceed */
export function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Prints the figures: a line of JSON each with `--json` (npm run bench -- --json), else for people. */
export function report(measures: readonly Measure[]): void {
  if (process.env.BENCH_JSON) {
    for (const measure of measures) console.log(JSON.stringify({ ...measure, machine: machine() }));
    return;
  }
  console.log(machine());
  for (const { name, value, unit, rounds } of measures) {
    console.log(
      `${name.padEnd(34)} ${shown(value).padStart(10)} ${unit.padEnd(12)} rounds ${rounds.map(shown).join(" ")}`,
    );
  }
}

const shown = (value: number) => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3));

export const measure = (name: string, unit: string, rounds: number[]): Measure => ({
  name,
  value: Number(median(rounds).toPrecision(4)),
  unit,
  rounds: rounds.map((round) => Number(round.toPrecision(4))),
});
