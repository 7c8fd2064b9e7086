import { mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { migrate } from "../../lib/migrate.ts";
import { alone } from "../../lib/servers/file-lock.ts";
import { startPostgres } from "../../lib/servers/postgres.ts";
import { withPool } from "../../lib/servers/postgres-client.ts";
import type { Server } from "../../lib/servers/shared-server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Of the run's own Postgres, whose database `template_ttlc` has the migrations. */
    postgresUrl: string;
  }
}

/** Nothing is worth keeping, and every test wants to be fast. */
const careless = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "200" };

const dataDir = join(tmpdir(), `ttlc-test-${process.pid}`);
let postgres: Server;

/** One Postgres for the whole run: the projects of one run share it as processes share a server. */
export async function setup(project: TestProject): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  postgres = await startPostgres({ dataDir, extraSettings: careless });
  await alone(join(dataDir, "template.lock"), () => makeTemplate(postgres.url));
  project.provide("postgresUrl", postgres.url);
}

export async function teardown(): Promise<void> {
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function makeTemplate(url: string): Promise<void> {
  await withPool(url, async (db) => {
    const [made] = await db.query(db.sql`select from pg_database where datname = 'template_ttlc'`);
    if (made) return;
    await db.query(db.sql`create database template_ttlc`);
    const template = new URL(url);
    template.pathname = "/template_ttlc";
    await migrate(template.href);
  });
}
