import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Queryable, sql, type Transaction } from "@databases/pg";
import { StartError } from "./errors.ts";
import { withPool } from "./servers/postgres-client.ts";
import { unreachable } from "./servers/unreachable.ts";

/** Any number, the same in every version of ttlc: who holds this advisory lock migrates. */
const MIGRATION_LOCK = 721_001;
const MIGRATIONS = fileURLToPath(new URL("../migrations", import.meta.url));

interface Migration {
  /** File name, `NNNN_what.sql`. */
  name: string;
  checksum: string;
  text: string;
}

/**
 * Applies the migrations that this database does not have: all of them in one transaction, or none. A second runner
 * waits for the first and finds nothing to do. Then confines services to their role.
 *
 * @returns the names of those applied now
 * @throws StartError when an applied file was edited, the database has migrations that this code does not know, one
 * fails, or the database does not answer
 */
export async function migrate(url: string, dir = MIGRATIONS): Promise<string[]> {
  const files = await readMigrations(dir);
  try {
    return await withPool(url, (pool) => pool.tx((tx) => applyPending(tx, files)));
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw unreachable("Postgres", "DATABASE_URL", url, error);
  }
}

async function applyPending(tx: Transaction, files: readonly Migration[]): Promise<string[]> {
  await tx.query(sql`set local role none`);
  await tx.query(sql`set local client_min_messages = warning`);
  await tx.advisoryTxLock(MIGRATION_LOCK);
  await tx.query(sql`
    create table if not exists schema_migrations (
      name       text        primary key,
      checksum   text        not null,
      applied_at timestamptz not null default now()
    )`);
  const pending = pendingMigrations(files, await tx.query(sql`select name, checksum from schema_migrations`));
  for (const { name, checksum, text } of pending) {
    await tx.query(sql.__dangerous__rawValue(text));
    await tx.query(sql`insert into schema_migrations (name, checksum) values (${name}, ${checksum})`);
  }
  await confineServices(tx);
  return pending.map(({ name }) => name);
}

/** The files that are not applied yet, in order. */
export function pendingMigrations(
  files: readonly Migration[],
  applied: readonly { name: string; checksum: string }[],
): Migration[] {
  const known = new Map(files.map((file) => [file.name, file.checksum]));
  for (const { name, checksum } of applied) {
    if (!known.has(name)) {
      throw new StartError(`The database has the migration ${name}, which is newer than this version: update ttlc.`);
    }
    if (known.get(name) !== checksum) {
      throw new StartError(
        `migrations/${name} was edited after it was applied: restore it, and add a new file instead.`,
      );
    }
  }
  const done = new Set(applied.map(({ name }) => name));
  return files.filter(({ name }) => !done.has(name));
}

async function readMigrations(dir: string): Promise<Migration[]> {
  const names = (await readdir(dir)).filter((name) => /^\d{4}_\w+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = (await readFile(join(dir, name), "utf8")).replaceAll("\r\n", "\n"); // as checked out on Windows
      return { name, checksum: createHash("sha256").update(text).digest("hex"), text };
    }),
  );
}

/**
 * From now on, whoever logs in to this database as we did acts as `ttlc_service`, the role that migrations/0001 makes.
 * What needs the owner says `set local role none`. A host that is gone is noticed within a minute: what it began to store
 * would keep its locks for two hours else. A setting of this one database: its copies have to be confined anew.
 */
export async function confineServices(db: Queryable): Promise<void> {
  await db.query(sql`
    do $$ begin
      if exists (select from pg_roles where rolname = 'ttlc_service') then
        execute format('alter role %I in database %I set role = ttlc_service', session_user, current_database());
        execute format('alter role %I in database %I set tcp_keepalives_idle = 30', session_user, current_database());
        execute format('alter role %I in database %I set tcp_keepalives_interval = 10', session_user, current_database());
        execute format('alter role %I in database %I set tcp_keepalives_count = 3', session_user, current_database());
      end if;
    end $$`);
}
