import type { Redis } from "ioredis";
import { type StreamName, streams } from "../../contracts/streams.ts";

/** One consumer group as Redis sees it. */
interface GroupState {
  name: string;
  consumers: number;
  /** Entries it has not been given yet; null when Redis cannot tell (something was trimmed). */
  lag: number | null;
  /** Entries given and not acknowledged. */
  pending: number;
  /** Milliseconds since the oldest of them was added; null without any. */
  oldestMs: number | null;
}

export interface StreamState {
  name: StreamName;
  length: number;
  groups: GroupState[];
}

/** The streams of the topology as they are now; one that nobody wrote to yet is empty. */
export function readStreams(redis: Redis, now: number): Promise<StreamState[]> {
  const names = Object.keys(streams) as StreamName[];
  return Promise.all(names.map(async (name) => ({ name, ...(await readStream(redis, name, now)) })));
}

async function readStream(redis: Redis, name: StreamName, now: number): Promise<Omit<StreamState, "name">> {
  if (!(await redis.exists(name))) return { length: 0, groups: [] };
  const found = (await redis.xinfo("GROUPS", name)) as unknown[][];
  const groups = found.map(async (fields) => {
    const group = Object.fromEntries(pairs(fields)) as Record<string, string | number | null>;
    const pending = Number(group.pending);
    const [oldest] = pending ? ((await redis.xpending(name, String(group.name), "-", "+", 1)) as [string][]) : [];
    return {
      name: String(group.name),
      consumers: Number(group.consumers),
      lag: group.lag === null || group.lag === undefined ? null : Number(group.lag),
      pending,
      oldestMs: oldest ? now - Number(oldest[0].split("-")[0]) : null,
    };
  });
  return { length: await redis.xlen(name), groups: await Promise.all(groups) };
}

/** Rows for a table: one per group, the stream's name and length in its first. */
export function streamRows(states: readonly StreamState[]): string[][] {
  const header = ["Stream", "Length", "Group", "Lag", "Pending", "Consumers", "Oldest pending"];
  const rows = states.flatMap(({ name, length, groups }) => {
    if (groups.length === 0) return [[name, String(length), "-", "", "", "", ""]];
    return groups.map((group, i) => [
      ...(i === 0 ? [name, String(length)] : ["", ""]),
      ...[group.name, String(group.lag ?? "?"), String(group.pending), String(group.consumers)],
      group.oldestMs === null ? "" : duration(group.oldestMs),
    ]);
  });
  return [header, ...rows];
}

/** `850 ms`, `12 s`, `3 min`, `5 h`. */
function duration(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  if (ms < 120_000) return `${Math.round(ms / 1000)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 3_600_000)} h`;
}

/** `[key, value, key, value]`, as Redis answers. */
function pairs(flat: readonly unknown[]): [string, unknown][] {
  return flat.flatMap((key, i) => (i % 2 === 0 ? [[String(key), flat[i + 1]] as [string, unknown]] : []));
}
