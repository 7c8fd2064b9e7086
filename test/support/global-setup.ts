import { globSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { migrate } from "../../lib/migrate.ts";
import { alone } from "../../lib/servers/file-lock.ts";
import { canConnect } from "../../lib/servers/ports.ts";
import { startPostgres } from "../../lib/servers/postgres.ts";
import { withPool } from "../../lib/servers/postgres-client.ts";
import type { Server } from "../../lib/servers/shared-server.ts";
import { removeFolder } from "./remove-folder.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Folder of this run: what a killed run left there, the next run ends and removes. */
    runDir: string;
    /** Of the run's own Postgres, whose database `template_ttlc` has the migrations. */
    postgresUrl: string;
  }
}

/** Nothing is worth keeping, and every test wants to be fast. */
const careless = { fsync: "off", full_page_writes: "off", max_connections: "200" };

const RUNS = join(tmpdir(), "ttlc-test-");
const runDir = `${RUNS}${process.pid}`;
let postgres: Server | undefined;

/** One Postgres for the whole run: the projects of one run share it as processes share a server. */
export async function setup(project: TestProject): Promise<void> {
  await mkdir(runDir, { recursive: true });
  await alone(`${RUNS}lock`, endDeadRuns);
  postgres = await startPostgres({ dataDir: runDir, extraSettings: careless });
  const { url } = postgres;
  await alone(join(runDir, "template.lock"), () => makeTemplate(url));
  project.provide("runDir", runDir);
  project.provide("postgresUrl", url);
}

export async function teardown(): Promise<void> {
  if (!postgres) return; // it did not start
  await postgres.stop();
  const last = !(await canConnect(Number(new URL(postgres.url).port)));
  if (last) await removeFolder(runDir);
}

async function makeTemplate(url: string): Promise<void> {
  await withPool(url, async (db) => {
    const [made] = await db.query(db.sql`select from pg_database where datname = 'template_ttlc'`);
    if (made) return;
    await db.query(db.sql`create database template_ttlc`);
    await migrate(Object.assign(new URL(url), { pathname: "/template_ttlc" }).href);
  });
}

async function endDeadRuns(): Promise<void> {
  for (const dir of globSync(`${RUNS}[0-9]*`)) {
    if (isAlive(Number(dir.slice(RUNS.length)))) continue;
    await removeFolder(dir);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
