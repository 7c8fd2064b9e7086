import { Random } from "../../simulator/random.ts";

/** The processes of ttlc up to the tables. */
const recording = ["ingest", "normalizer-1", "normalizer-2", "storage-1", "storage-2"] as const;
/** Those that send what happened to the outside. */
export const acting = ["rules-1", "rules-2", "forwarder-1", "forwarder-2"] as const;
const everybody = [...recording, ...acting] as const;
export type ServiceName = (typeof everybody)[number];

/** The processes of ttlc in a run: all, those up to the tables, or one of each. */
export const casts = {
  everybody,
  recording,
  single: ["ingest", "normalizer-1", "storage-1", "rules-1", "forwarder-1"],
} as const satisfies Record<string, readonly ServiceName[]>;

/** Whether there are rules and a forwarder. */
export const acts = ({ cast }: Pick<Plan, "cast">): boolean => cast !== "recording";

/** `storage-1>redis`: the TCP connections of one process to one server. */
export type LinkName = `${ServiceName}>${"redis" | "postgres"}`;

const redisLinks = everybody.map((name): LinkName => `${name}>redis`);
const postgresLinks = ["storage-1" as const, "storage-2" as const, ...acting].map(
  (name): LinkName => `${name}>postgres`,
);
const links = [...redisLinks, ...postgresLinks];

/**
 * What can go wrong, with what, for how long (ms, from and to) and how often relative to the others. `flush` comes
 * only when it is asked for: nothing behind it can be promised.
 */
export const faultKinds = {
  /** kill -9, and a start after that time. */
  kill: { targets: everybody, ms: [100, 1_500], share: 3 },
  /** SIGTERM; it must exit with 0, and is started again. */
  term: { targets: everybody, ms: [0, 0], share: 2 },
  /** SIGSTOP and SIGCONT; now and then until its entries have been taken over. */
  freeze: { targets: everybody, ms: [300, 4_000], share: 1 },
  /** All connections of a link are cut, and whatever connects is cut again. */
  reset: { targets: links, ms: [0, 2_000], share: 2 },
  /** Requests are carried out, their replies are lost, then the connections are cut. */
  drop: { targets: links, ms: [50, 300], share: 3 },
  /** Nothing passes, nobody is told; what was sent arrives late. */
  silence: { targets: links, ms: [500, 6_000], share: 2 },
  /** kill -9 and restart with its append-only file. */
  redis: { targets: ["redis"], ms: [100, 1_500], share: 1 },
  /** Immediate shutdown, as in a crash, and recovery. */
  postgres: { targets: ["postgres"], ms: [100, 1_500], share: 1 },
  /** TikTok's sockets are cut. */
  tiktok: { targets: ["room"], ms: [0, 0], share: 1 },
  /** More entries that no retry can help than others. */
  poison: { targets: ["producer"], ms: [1_000, 3_000], share: 3 },
  /** A session is replayed while it runs, with a rule that is made at that moment. */
  replay: { targets: ["session"], ms: [0, 0], share: 1 },
  /** FLUSHALL: what was not yet stored is lost, and recorded as such. */
  flush: { targets: ["redis"], ms: [0, 0], share: 1 },
} as const satisfies Record<string, { targets: readonly string[]; ms: readonly [number, number]; share: number }>;

export type FaultKind = keyof typeof faultKinds;
export const allKinds = Object.keys(faultKinds) as FaultKind[];
export const defaultKinds = allKinds.filter((kind) => kind !== "flush");

export interface PlannedFault {
  /** Milliseconds after all services run. */
  atMs: number;
  kind: FaultKind;
  target: string;
  /** How long it lasts before it is healed. */
  forMs: number;
}

export interface Plan {
  seed: number;
  seconds: number;
  kinds: readonly FaultKind[];
  /** Parts of the names of what may be broken; none: everything. */
  only: readonly string[];
  cast: keyof typeof casts;
  faults: readonly PlannedFault[];
}

/** Milliseconds between two faults, on average. */
const EVERY_MS = 700;
/** What must start again is left alone so long, roughly. */
const recoveryMs: Partial<Record<FaultKind, number>> = { kill: 5_000, term: 5_000, redis: 2_500, postgres: 2_500 };
/** Longer than a consumer may be silent before others take over what it had (mixins/streams, claimIdleMs). */
const TAKEN_OVER_MS = 12_000;

/** Same arguments, same plan. Every kind comes up as often as its share says, in any order; one thing at a time fails. */
export function makePlan(
  seed: number,
  seconds: number,
  kinds: readonly FaultKind[],
  { only = [], cast = "everybody" }: Partial<Pick<Plan, "only" | "cast">> = {},
): Plan {
  const random = new Random(`chaos ${seed}`);
  const busyUntil = new Map<string, number>();
  const bag: FaultKind[] = [];
  const faults: PlannedFault[] = [];
  for (
    let atMs = 300;
    atMs < seconds * 1_000 && kinds.length > 0;
    atMs += Math.round(100 + random.wait(EVERY_MS - 100))
  ) {
    if (bag.length === 0) bag.push(...shuffled(filledBag(kinds), random));
    const kind = bag.pop() as FaultKind;
    const { targets, ms } = faultKinds[kind];
    const named = targets
      .filter((target) => isPlayed(ownerOf(target), cast))
      .filter((target) => only.length === 0 || only.some((part) => target.includes(part)));
    const free = named.filter((target) => (busyUntil.get(ownerOf(target)) ?? 0) <= atMs);
    const forMs = kind === "freeze" && seconds >= 30 && random.chance(0.3) ? TAKEN_OVER_MS : random.int(ms[0], ms[1]);
    if (free.length === 0) continue;
    const target = random.pick<string>(free);
    busyUntil.set(ownerOf(target), atMs + forMs + (recoveryMs[kind] ?? 0));
    faults.push({ atMs, kind, target, forMs });
  }
  return { seed, seconds, kinds, only, cast, faults };
}

const isPlayed = (owner: string, cast: Plan["cast"]): boolean => {
  const members: readonly string[] = casts[cast];
  return owner === "session" ? acts({ cast }) : members.includes(owner) || !everybody.some((name) => name === owner);
};

/** A process and its links fail in turn. */
export const ownerOf = (target: string) => target.split(">")[0] as string;

const filledBag = (kinds: readonly FaultKind[]) =>
  kinds.flatMap((kind) => Array.from({ length: faultKinds[kind].share }, () => kind));

function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const rest = [...items];
  return items.map(() => rest.splice(random.int(0, rest.length - 1), 1)[0] as Item);
}

/** How often each kind is planned. */
export function countKinds({ faults }: Plan): Partial<Record<FaultKind, number>> {
  const counts: Partial<Record<FaultKind, number>> = {};
  for (const { kind } of faults) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** After these somebody has to take over what another had, or to give up much. */
const slow: readonly FaultKind[] = ["kill", "term", "freeze", "poison"];

/**
 * Milliseconds after which what is left is stuck: since all was healed, and since anything was handled. Where nothing
 * has to be taken over, whoever got an entry must find it again by itself, and at once. What was being sent to the outside
 * is taken over, too.
 */
export const drainLimits = ({ faults, cast }: Plan): { ms: number; withoutProgressMs: number } =>
  acts({ cast }) || faults.some(({ kind }) => slow.includes(kind))
    ? { ms: 180_000, withoutProgressMs: 30_000 }
    : { ms: 6_000, withoutProgressMs: 6_000 };
