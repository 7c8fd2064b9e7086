import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { StartError } from "../lib/errors.ts";
import { type Mutant, makeMutant, mutants } from "../test/chaos/mutants.ts";
import { allKinds, defaultKinds, drainLimits, type FaultKind, makePlan, type Plan } from "../test/chaos/plan.ts";
import { run, type Verdict } from "../test/chaos/run.ts";
import { ChaosPostgres } from "../test/chaos/servers.ts";
import { Undo } from "../test/chaos/undo.ts";
import { exitWith } from "./terminal.ts";

const help = `Breaks a running ttlc and checks that nothing is lost, doubled or stuck. See docs/chaos.md.

  npm run chaos -- [options]

  --seconds N     how long things break (60)
  --seed N        same seed, same plan (the time)
  --faults A,B    which: ${allKinds.join(", ")} (all but flush)
  --only A,B      breaks only what has one of these in its name: ingest, normalizer-1, storage-2>postgres, redis, ...
  --mutant NAME   with a fault built into ttlc, and the faults that expose it: ${mutants.map(({ name }) => name).join(", ")}
  --mutants       all of them: each must be caught, and what is not mutated must pass under the same plans
  --keep          keeps the folder with the logs
  --help          shows this

The last line is JSON. Exits with 0 when nothing is wrong; with --mutants, when each mutant is caught.`;

const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** Of a mutant's run, unless said otherwise. */
const MUTANT_SECONDS = 8;
/** More than any run needs to start, to drain and to be compared. */
const OVERTIME_MS = 300_000;

const undo = new Undo();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string" },
      seed: { type: "string" },
      faults: { type: "string" },
      only: { type: "string" },
      mutant: { type: "string" },
      mutants: { type: "boolean", default: false },
      keep: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const seed = number("seed", values.seed ?? String(Date.now() % 1_000_000));
  const mutant = values.mutant === undefined ? undefined : named(values.mutant);
  const given = values.seconds === undefined ? undefined : number("seconds", values.seconds);
  const kinds = values.faults === undefined ? (mutant?.kinds ?? defaultKinds) : kindsIn(values.faults);
  const only = values.only === undefined ? (mutant?.only ?? []) : values.only.split(",");

  const dir = await mkdtemp(join(tmpdir(), "ttlc-chaos-"));
  if (values.keep) console.log(`Logs in ${dir}`);
  else undo.add(() => rm(dir, { recursive: true, force: true }));
  await chmod(dir, 0o755); // the user postgres must enter
  const postgres = new ChaosPostgres(dir);
  undo.add(() => postgres.close());
  await postgres.start();

  if (values.mutants) return runMutants(dir, postgres, seed, given);
  const seconds = given ?? (mutant ? secondsOf(mutant) : 60);
  const { ok } = await runOne(
    dir,
    postgres,
    makePlan(seed, seconds, kinds, { only, cast: mutant ? castOf(mutant) : "everybody" }),
    mutant,
  );
  return ok ? 0 : 1;
}

/** One run, told on the terminal; its JSON is the last line. */
async function runOne(dir: string, postgres: ChaosPostgres, plan: Plan, mutant?: Mutant): Promise<Verdict> {
  show(plan, mutant);
  const verdict = await execute(dir, postgres, plan, mutant);
  console.log(JSON.stringify({ ...(mutant && { mutant: mutant.name }), ...verdict }));
  return verdict;
}

/** Every mutant, and the build without any under each of their plans. */
async function runMutants(dir: string, postgres: ChaosPostgres, seed: number, seconds?: number): Promise<number> {
  const rows: { build: string; faults: string; expected: "red" | "green"; found: string; ok: boolean }[] = [];
  const tell = (build: string, plan: Plan, expected: "red" | "green", verdict: Verdict) => {
    rows.push({
      build,
      faults: nameOf(plan),
      expected,
      found: wrongIn(verdict) || "nothing",
      ok: verdict.ok === (expected === "green"),
    });
  };
  const plans = new Map(
    mutants.map((mutant) => [
      nameOf(mutant),
      makePlan(seed, seconds ?? secondsOf(mutant), mutant.kinds, { only: mutant.only ?? [], cast: castOf(mutant) }),
    ]),
  );
  for (const plan of plans.values()) tell("as it is", plan, "green", await runOne(dir, postgres, plan));
  for (const mutant of mutants) {
    const plan = plans.get(nameOf(mutant)) as Plan;
    tell(mutant.name, plan, "red", await runOne(dir, postgres, plan, mutant));
  }
  console.table(rows);
  const ok = rows.every((row) => row.ok);
  console.log(JSON.stringify({ seed, runs: rows.length, asExpected: rows.filter((row) => row.ok).length, ok }));
  return ok ? 0 : 1;
}

/** What is broken, in few words. */
const nameOf = ({ kinds, only = [], cast }: Pick<Mutant, "kinds" | "only" | "cast">) =>
  [
    kinds.length === 0 ? "a late start" : kinds.join(", "),
    ...(only.length > 0 ? [`of ${only.join(", ")}`] : []),
    ...(cast === "single" ? ["with rules"] : []),
  ].join(" ");

const secondsOf = ({ seconds = MUTANT_SECONDS }: Mutant) => seconds;
const castOf = ({ cast = "recording" }: Mutant) => cast;

let runs = 0;

async function execute(dir: string, postgres: ChaosPostgres, plan: Plan, mutant?: Mutant): Promise<Verdict> {
  const here = join(dir, `run-${++runs}`);
  const stage = new Undo();
  undo.add(() => stage.run());
  const overtime = setTimeout(() => void end(`the run did not end in time`), plan.seconds * 1_000 + OVERTIME_MS);
  try {
    if (mutant) await makeMutant(ROOT, join(here, "ttlc"), mutant);
    const root = mutant ? join(here, "ttlc") : ROOT;
    const { verdict, details } = await run(plan, {
      root,
      dir: here,
      postgres,
      isMutant: mutant !== undefined,
      undo: stage,
    });
    for (const line of details) console.log(line);
    return verdict;
  } finally {
    clearTimeout(overtime);
    await stage.run();
  }
}

function show(plan: Plan, mutant?: Mutant): void {
  const { seed, seconds, faults } = plan;
  console.log(
    `\nseed ${seed}, ${seconds} s, to be drained in ${drainLimits(plan).ms / 1_000} s, ${mutant?.fault ?? "ttlc as it is"}`,
  );
  for (const { atMs, kind, target, forMs } of faults) {
    console.log(
      `${(atMs / 1_000).toFixed(1).padStart(6)} s  ${kind.padEnd(8)} ${target}${forMs > 0 ? ` for ${forMs} ms` : ""}`,
    );
  }
}

/** The findings that are not zero, as `lost 3, stuck 1`. */
const wrongIn = ({
  lost,
  unexpected,
  duplicated,
  stuck,
  disordered,
  uncovered,
  undone,
  overdone,
  astray,
  crashed,
  unclean,
  projectionsEqual,
}: Verdict) =>
  [
    ...Object.entries({
      ...{ lost, unexpected, duplicated, stuck, disordered, uncovered },
      ...{ undone, overdone, astray, crashed, unclean },
    })
      .filter(([, count]) => count > 0)
      .map(([kind, count]) => `${kind} ${count}`),
    ...(projectionsEqual === false ? ["projections differ"] : []),
  ].join(", ");

function number(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new StartError(`--${name} is "${text}", which is no whole number.`);
}

function named(name: string): Mutant {
  const mutant = mutants.find((one) => one.name === name);
  if (mutant) return mutant;
  throw new StartError(`--mutant is "${name}": there are ${mutants.map((one) => one.name).join(", ")}.`);
}

function kindsIn(text: string): FaultKind[] {
  return text.split(",").map((name) => {
    const kind = allKinds.find((one) => one === name);
    if (kind) return kind;
    throw new StartError(`--faults names "${name}": there are ${allKinds.join(", ")}.`);
  });
}

/** Stops everything and ends. */
async function end(why: string): Promise<void> {
  console.error(why);
  await undo.run();
  process.exit(1);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => void end(`ended by ${signal}`));
try {
  const code = await main();
  await undo.run();
  process.exit(code);
} catch (error) {
  await undo.run();
  exitWith(error);
}
