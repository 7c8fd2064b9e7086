import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FaultKind, Plan } from "./plan.ts";

/** One text of a source file that is replaced by another. */
interface Patch {
  file: string;
  find: string;
  replace: string;
}

/** A fault of the kind that programmers make, built into ttlc: a chaos run that does not find it proves nothing. */
export interface Mutant {
  name: string;
  /** What it does wrong. */
  fault: string;
  patches: readonly Patch[];
  /** What exposes it. */
  kinds: readonly FaultKind[];
  /** Where; see Plan. */
  only?: readonly string[];
  /** How long. (Default: 8) */
  seconds?: number;
  /** Whom it needs; see Plan. (Default: recording) */
  cast?: Plan["cast"];
}

const consumer = "mixins/streams/group-consumer.ts";

/** What exposes those who send: nothing fails but the targets. */
const sending = { kinds: ["replay"], seconds: 4, cast: "single" } as const satisfies Partial<Mutant>;

export const mutants: readonly Mutant[] = [
  {
    name: "ack-first",
    fault: "storage acknowledges before it commits",
    patches: [
      {
        file: "mixins/streams/effect.ts",
        find: "    try {\n      await consumer.batch?.call(service, entries);",
        replace: "    await this.#ack(entries);\n    try {\n      await consumer.batch?.call(service, entries);",
      },
    ],
    kinds: ["postgres"],
  },
  {
    name: "no-history-read",
    fault: "a consumer does not read again what it was given and did not finish",
    patches: [{ file: consumer, find: "if (this.#needsDrain) await this.#drainOwnPending();", replace: "" }],
    kinds: ["drop"],
    only: ["normalizer"],
  },
  {
    name: "group-at-dollar",
    fault: "a group starts at the end of its stream",
    patches: [
      {
        file: "mixins/streams/lua/create-group.lua",
        find: "'CREATE', KEYS[1], ARGV[1], '0'",
        replace: "'CREATE', KEYS[1], ARGV[1], '$'",
      },
    ],
    kinds: [],
    seconds: 3,
  },
  {
    name: "projection-without-returning",
    fault: "projections count what was sent, not what was stored",
    patches: [
      {
        file: "services/storage/event-log.ts",
        find: "filter((entry) => !known.has(idOf(entry)))",
        replace: "filter(() => known)",
      },
      {
        file: "services/storage/event-log.ts",
        find: "placed.filter(({ entry }) => inserted.has(idOf(entry)))",
        replace: "placed.filter(() => inserted)",
      },
    ],
    kinds: ["reset"],
    only: ["storage"],
  },
  {
    name: "blind-maxlen",
    fault: "producers trim by length",
    patches: [
      {
        file: "mixins/streams/lua/hand-off.lua",
        find: "redis.call('XADD', KEYS[2], '*'",
        replace: "redis.call('XADD', KEYS[2], 'MAXLEN', '~', '200', '*'",
      },
    ],
    kinds: ["postgres"],
  },
  {
    name: "non-atomic-dlq",
    fault: "a dead letter is written and its entry acknowledged in two steps",
    patches: [
      {
        file: "mixins/streams/dead-letters.ts",
        find: "    await script(commands, keys, args);\n",
        replace: `    await commands.xadd("ttlc:dlq", "*", ...row.slice(3).map(String));
    await commands.xack(stream, consumer.group, id);
    void [script, keys, args];\n`,
      },
    ],
    kinds: ["poison", "reset"],
    only: ["normalizer", "producer"],
  },
  {
    name: "no-dedupe",
    fault: "a message that is published again, after a lost reply too, is a new one",
    patches: [
      {
        file: "services/ingest/lua/publish-live.lua",
        find: "if seen then seenSeq",
        replace: "seen = false\n  if seen then seenSeq",
      },
    ],
    kinds: ["drop"],
    only: ["ingest"],
  },
  {
    name: "replay-acts",
    fault: "what is replayed acts as what happens does",
    patches: [
      {
        file: "services/rules/gate.ts",
        find: 'if (event.source !== "live") return "replay";',
        replace: "",
      },
    ],
    ...sending,
  },
  {
    name: "effect-without-rule",
    fault: "two rules give the webhooks of one effect the same id",
    patches: [
      {
        file: "services/rules/webhook.ts",
        find: 'webhookIdOf(effectKey, ruleId ?? "")',
        replace: 'webhookIdOf(effectKey, ruleId && "")',
      },
    ],
    ...sending,
  },
  {
    name: "failed-is-delivered",
    fault: "the cursor of a destination moves on when a batch failed",
    patches: [
      {
        file: "services/forwarder/sender.ts",
        find: "await log.failed(batch, attempt, waitMsOf(verdict.waitMs, held.failures, pace), disabled)",
        replace: "await log.delivered(batch, attempt)",
      },
    ],
    ...sending,
  },
  {
    name: "unknown-again",
    fault: "what may have been said or done in a room is sent again",
    patches: [
      {
        file: "services/rules/performer.ts",
        find: 'if (wasInterrupted) return { state: "unknown", reason: "interrupted" };',
        replace: "void wasInterrupted;",
      },
    ],
    kinds: ["kill"],
    only: ["rules"],
    cast: "single",
  },
];

/** What `bin/start.ts` needs. */
const tree = [
  "bin",
  "contracts",
  "lib",
  "migrations",
  "mixins",
  "services",
  "simulator",
  "moleculer.config.ts",
  "package.json",
];

/** The source with the mutant's faults in it. @throws Error when a text is not there exactly once */
export function mutate(source: string, { find, replace, file }: Patch, name: string): string {
  const found = source.split(find).length - 1;
  if (found !== 1)
    throw new Error(`mutant ${name}: its text is ${found} times in ${file}, not once; adapt test/chaos/mutants.ts`);
  return source.replace(find, () => replace);
}

/** Copies the tree of ttlc to `copy` and builds the mutant's faults in; dependencies are shared. */
export async function makeMutant(root: string, copy: string, { name, patches }: Mutant): Promise<void> {
  await mkdir(copy, { recursive: true });
  for (const part of tree) await cp(join(root, part), join(copy, part), { recursive: true });
  await symlink(join(root, "node_modules"), join(copy, "node_modules"));
  for (const patch of patches) {
    const file = join(copy, patch.file);
    await writeFile(file, mutate(await readFile(file, "utf8"), patch, name));
  }
}
