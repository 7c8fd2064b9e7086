import { parseArgs } from "node:util";
import { loadConfig } from "../lib/config.ts";
import { launch } from "../lib/launch.ts";
import { saveMemory } from "../lib/memory-saving.ts";
import { replayOptions, wantedReplay } from "../lib/replay-options.ts";
import { exitWith, runUntilSignal, terminal } from "./terminal.ts";

const HELP = `npm start [-- --user NAME] [--replay-session ID | --replay-stream ID] [--speed 1|5|20|max]

  --user NAME           TikTok username of the room to take in; without it and TIKTOK_UNIQUE_ID, those of an earlier start,
                        else a simulated room
  --replay-session ID   send a stored session through the pipeline again instead; nothing of it is stored twice
  --replay-stream ID    the same for all sessions of a broadcast, as one
  --speed N             times the original speed, 1 to 20, or max (the default): as fast as it is handled
  --help                this text

Everything else is set by environment variables or a file .env: see docs/environment.md.
`;

try {
  const { values } = parseArgs({ options: { user: { type: "string" }, ...replayOptions, help: { type: "boolean" } } });
  if (values.help) process.stdout.write(HELP);
  else {
    const replay = wantedReplay(values);
    const config = loadConfig(values.user === undefined ? {} : { TIKTOK_UNIQUE_ID: values.user });
    saveMemory(config.MEMORY_TARGET_MB);
    await runUntilSignal(() => launch(config, terminal(config), replay));
  }
} catch (error) {
  exitWith(error);
}
