import { readFileSync } from "node:fs";
import { type ConnectionPool, sql } from "@databases/pg";
import type { Commands } from "../mixins/streams.mixin.ts";
import { asOwner } from "../test/support/event-store.ts";

/** Linux counts CPU time in ticks of 10 ms. */
const TICK_US = 10_000;

/** CPU of a process so far, in µs. */
export function ofProcess(pid: number): number {
  const [, rest = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
  const fields = rest.split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_US; // utime, stime
}

/** CPU of all processes of a Postgres on this machine that live now, in µs. */
export async function ofPostgres(db: ConnectionPool): Promise<number> {
  const rows: { pid: number }[] = await asOwner(db, (tx) => tx.query(sql`select pid from pg_stat_activity`));
  return rows.reduce((sum, { pid }) => sum + ofProcess(pid), 0);
}

/** CPU of Redis so far, in µs, without the children that rewrite its file. */
export async function ofRedis(redis: Commands): Promise<number> {
  const info = await redis.info("cpu");
  const seconds = (name: string) => Number(new RegExp(`^used_cpu_${name}:([\\d.]+)`, "m").exec(info)?.[1]);
  return (seconds("user") + seconds("sys")) * 1e6;
}
