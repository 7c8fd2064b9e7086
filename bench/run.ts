import { readdirSync } from "node:fs";
import { basename } from "node:path";

/** `npm run bench -- NAME [arguments]`: runs bench/NAME.ts, which prints its result, the machine and the date. */
const names = readdirSync(import.meta.dirname)
  .map((file) => basename(file, ".ts"))
  .filter((name) => !["run", "machine"].includes(name));
const [name] = process.argv.splice(2, 1);
if (!name || !names.includes(name)) {
  process.stderr.write(`npm run bench -- NAME: there are ${names.join(", ")}.\n`);
  process.exit(1);
}
await import(`./${name}.ts`);
