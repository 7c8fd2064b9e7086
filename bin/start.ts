import { parseArgs } from "node:util";
import { loadConfig } from "../lib/config.ts";
import { launch } from "../lib/launch.ts";
import { exitWith, runUntilSignal, terminal } from "./terminal.ts";

const HELP = `npm start [-- --user NAME]

  --user NAME   TikTok username of the room to take in; without it and TIKTOK_UNIQUE_ID, those of
                an earlier start, else a simulated room
  --help        this text

Everything else is set by environment variables or a file .env: see docs/environment.md.
`;

try {
  const { values } = parseArgs({ options: { user: { type: "string" }, help: { type: "boolean" } } });
  if (values.help) process.stdout.write(HELP);
  else {
    const config = loadConfig(values.user === undefined ? {} : { TIKTOK_UNIQUE_ID: values.user });
    await runUntilSignal(() => launch(config, terminal(config)));
  }
} catch (error) {
  exitWith(error);
}
