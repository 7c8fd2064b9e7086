import { readFile } from "node:fs/promises";

/** What `npm start` runs, without npm: the arguments of Node and the environment that it needs besides its settings. */
export async function startCommand(): Promise<{ args: string[]; env: Record<string, string> }> {
  const { scripts } = JSON.parse(await readFile("package.json", "utf8")) as { scripts: { start: string } };
  const [settings = "", args = ""] = scripts.start.split(" node ");
  const env = Object.fromEntries(settings.split(" ").map((setting) => setting.split("=") as [string, string]));
  return { args: args.split(" "), env: { PATH: process.env.PATH as string, ...env } };
}
