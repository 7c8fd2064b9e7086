import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const dir = import.meta.dirname;

/** Installs the peers in this folder, as package-lock.json has them, unless they are here. */
export function installPeers(): void {
  if (existsSync(join(dir, "node_modules/.package-lock.json"))) return; // npm writes it last
  console.error(`the peers are not here yet: npm install in ${dir}`);
  // Without scripts: msgpackr would build an addon that it does not need.
  const args = ["install", "--prefix", dir, "--ignore-scripts", "--no-audit", "--no-fund"];
  const { status } = spawnSync("npm", args, { cwd: dir, stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error(`npm install in ${dir} failed`);
}
