import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { StartError } from "../lib/errors.ts";
import { parseRecording, type RecordedRow, replay } from "../simulator/replay.ts";
import type { SimulatedRoom } from "../simulator/room.ts";
import { isScenario, type ScenarioName, scenarios, stage } from "../simulator/scenarios.ts";
import { SimulatedTikTok } from "../simulator/server.ts";
import { exitWith, runUntilSignal } from "./terminal.ts";

const help = `A TikTok LIVE that runs on your machine.

  npm run simulator -- [options]

  --user NAME    whose LIVE it is (demo)
  --port N       port on 127.0.0.1 (4100)
  --rate N       messages per second on average, 1 to 2000 (20)
  --seed N       same seed, same viewers and same show (1)
  --file PATH    plays recorded frames instead: JSON lines {"type", "payload": base64}, at --rate messages per second
  --loop         plays the file over and over, later rounds under new message ids
  --scenario S   lets something go wrong, as it does in real life; S is one of those below
  --help         shows this

Scenarios (docs/scenarios.md):

${Object.entries(scenarios)
  .map(([name, { about }]) => `  ${name.padEnd(21)}${about}`)
  .join("\n")}`;

const number = (name: string, text: string, min: number, max: number): number => {
  const value = Number(text);
  if (text.trim() !== "" && value >= min && value <= max) return value;
  throw new StartError(`--${name} is "${text}", which is no number from ${min} to ${max}.`);
};

const scenarioOf = (name: string): ScenarioName => {
  if (isScenario(name)) return name;
  throw new StartError(`--scenario is "${name}", which is none: there are ${Object.keys(scenarios).join(", ")}.`);
};

const describe = (name: ScenarioName): string =>
  `Scenario ${name}: ${scenarios[name].about}.\nTo be seen: ${scenarios[name].expect}.`;

const recording = async (path: string): Promise<RecordedRow[]> => {
  try {
    return parseRecording(await readFile(path, "utf8"));
  } catch (cause) {
    throw new StartError(`${path} cannot be played: ${(cause as Error).message}`, { cause });
  }
};

async function play(room: SimulatedRoom, rows: RecordedRow[], rate: number, rounds: number): Promise<void> {
  console.log(`Playing ${rows.length} recorded rows once a client is connected.`);
  const { frames, resentFrames } = await replay(room, rows, { rate, rounds });
  console.log(`Played: every row acknowledged, in ${frames} frames; ${resentFrames} had to be sent again.`);
}

try {
  const { values } = parseArgs({
    options: {
      user: { type: "string", default: "demo" },
      port: { type: "string", default: "4100" },
      rate: { type: "string", default: "20" },
      seed: { type: "string", default: "1" },
      file: { type: "string" },
      loop: { type: "boolean", default: false },
      scenario: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(help);
    process.exit(0);
  }
  const rate = number("rate", values.rate, 1, 2000);
  const seed = number("seed", values.seed, 0, Number.MAX_SAFE_INTEGER);
  const port = number("port", values.port, 0, 65_535);
  const uniqueId = values.user.replace(/^@/, "");
  const rows = values.file && (await recording(values.file));
  const scenario = values.scenario && scenarioOf(values.scenario);
  const rounds = values.loop ? Number.POSITIVE_INFINITY : 1;

  await runUntilSignal(async () => {
    const tiktok = new SimulatedTikTok();
    await tiktok.start(port).catch((cause) => {
      throw new StartError(`Port ${port} cannot be had (${cause.code}): choose another with --port.`, { cause });
    });
    const options = { uniqueId, seed, rate: rows ? 0 : rate };
    const { room, played } = scenario
      ? stage(tiktok, scenario, options)
      : { room: tiktok.openRoom(options), played: Promise.resolve() };
    played.catch(exitWith);
    console.log(`@${uniqueId} is live in room ${room.roomId}. To point ttlc at it:

export SIGN_API_URL=${tiktok.url} TIKTOK_WEB_HOST=${tiktok.url} TIKTOK_WEBCAST_HOST=${tiktok.url}
export EULER_WS_URL=${tiktok.eulerUrl} EULER_API_KEY=any-key-will-do
npm start -- --user ${uniqueId}
`);
    if (scenario) console.log(describe(scenario));
    if (rows) play(room, rows, rate, rounds).catch((error) => room.stopped.aborted || exitWith(error));
    return { stop: () => tiktok.stop() };
  });
} catch (error) {
  exitWith(error);
}
