import { appendFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { migrate } from "../../lib/migrate.ts";
import { withPool } from "../../lib/servers/postgres-client.ts";
import { createDatabase, type TestDatabase, withDatabase } from "../support/database.ts";
import { temporaryFolder } from "../support/temporary.ts";

describe("migrate", () => {
  let database: TestDatabase;
  let dir: string;

  beforeEach(async () => {
    database = await createDatabase({ empty: true });
    dir = await temporaryFolder();
    await writeFile(join(dir, "0001_one.sql"), "create table one (n int);");
    await writeFile(join(dir, "0002_two.sql"), "create function two() returns int language sql as $$ select 2 $$;");
    await writeFile(join(dir, "notes.sql"), "this is no migration");
  });
  afterEach(() => database.drop());

  const exists = (name: string) =>
    withPool(database.url, async (db) => {
      const [row] = await db.query(db.sql`select to_regclass(${name}) is not null as there`);
      return row.there;
    });

  it("applies numbered files in order, once, whoever is faster", async () => {
    const runs = await Promise.all([migrate(database.url, dir), migrate(database.url, dir)]);
    expect(runs.sort((a, b) => a.length - b.length)).toEqual([[], ["0001_one.sql", "0002_two.sql"]]);
    expect(await migrate(database.url, dir)).toEqual([]);
  });

  it("applies what was added since", async () => {
    await migrate(database.url, dir);
    await writeFile(join(dir, "0003_three.sql"), "create table three (n int);");
    expect(await migrate(database.url, dir)).toEqual(["0003_three.sql"]);
  });

  it("leaves nothing behind when one fails", async () => {
    await writeFile(join(dir, "0003_broken.sql"), "create table broken (n int); select 1 / 0;");
    await expect(migrate(database.url, dir)).rejects.toThrow(/division by zero/);
    expect([await exists("one"), await exists("broken")]).toEqual([false, false]);
  });

  it("refuses a file that was edited after it was applied", async () => {
    await migrate(database.url, dir);
    await appendFile(join(dir, "0001_one.sql"), "-- an afterthought");
    await expect(migrate(database.url, dir)).rejects.toThrow(/0001_one\.sql was edited after it was applied/);
  });

  it("takes no notice of the line ends of a checkout on Windows", async () => {
    await migrate(database.url, dir);
    await writeFile(join(dir, "0003_three.sql"), "create table three (\n  n int\n);\n");
    await migrate(database.url, dir);
    await writeFile(join(dir, "0003_three.sql"), "create table three (\r\n  n int\r\n);\r\n");
    expect(await migrate(database.url, dir)).toEqual([]);
  });

  it("refuses a database that is newer than the code", async () => {
    await migrate(database.url, dir);
    await rm(join(dir, "0002_two.sql"));
    await expect(migrate(database.url, dir)).rejects.toThrow(/0002_two\.sql, which is newer than this version/);
  });
});

describe("migrations/", () => {
  it("number their files without a gap, so that two branches cannot both add the next one unnoticed", async () => {
    const numbers = (await readdir("migrations")).sort().map((name) => Number(name.slice(0, 4)));
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });

  it("make services act as ttlc_service, and the owner only when asked", async () => {
    await withDatabase((url) =>
      withPool(url, async (db) => {
        expect(await db.query(db.sql`select current_user as role`)).toEqual([{ role: "ttlc_service" }]);
        await db.tx(async (tx) => {
          await tx.query(tx.sql`set local role none`);
          expect(await tx.query(tx.sql`select current_user = session_user as owner`)).toEqual([{ owner: true }]);
        });
      }),
    );
  });
});
