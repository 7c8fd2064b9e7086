import { clearLine, cursorTo } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Redis } from "ioredis";
import type { ServiceBroker } from "moleculer";
import startRepl from "moleculer-repl";
import { type Config, configSchema } from "../contracts/config.ts";
import { loadConfig } from "../lib/config.ts";
import { HotBroker } from "../lib/hot-reload/hot-broker.ts";
import { connectRoom, prepare, type Running, showTheWayIn, type Terminal } from "../lib/launch.ts";
import { saveMemory } from "../lib/memory-saving.ts";
import { ReplCommands } from "../lib/repl/commands.ts";
import { exitWith, runUntilSignal, terminal } from "./terminal.ts";

const HELP = `npm run dev [-- --user NAME]

  As npm start, but services follow their sources, and at a terminal there is a REPL (help, streams, tail, call ...).
`;

const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

/** Everything of `npm start`, on a broker that reloads. */
async function develop(read: Config, out: Terminal): Promise<Running> {
  const servers = await prepare(read, out);
  const { config } = servers;
  const hot = new HotBroker({ root, config, wanted: wantedBy(config) });
  const stopping = new AbortController();
  const end = async () => {
    stopping.abort();
    await hot.stop();
    await servers.stop();
  };
  let ending: Promise<void> | undefined;
  const stop = () => {
    ending ??= end();
    return ending;
  };
  try {
    await hot.start();
    out.say("Services", hot.broker.services.map(({ name }) => name).join(", "));
    if (hot.broker.getLocalService("ingest")) await connectRoom(hot.broker, config, out, stopping.signal);
    if (hot.broker.getLocalService("gateway")) await showTheWayIn(config, out);
    out.say("Reload", "services follow their sources");
    if (process.stdin.isTTY) openRepl(hot, config, stop);
    return { config, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Every service there is, also one that is made meanwhile, unless TTLC_SERVICES says which. */
function wantedBy({ TTLC_SERVICES }: Config): (name: string) => boolean {
  if (TTLC_SERVICES === configSchema.properties.TTLC_SERVICES.default) return () => true;
  const names = TTLC_SERVICES.split(",");
  return (name) => names.includes(name);
}

function openRepl(hot: HotBroker, config: Config, stop: () => Promise<void>): void {
  const connect = () => new Redis(config.REDIS_URL as string, { maxRetriesPerRequest: null });
  const commands = new ReplCommands(connect, (line) => {
    clearLine(process.stdout, 0);
    cursorTo(process.stdout, 0);
    console.log(line);
    repl.displayPrompt(true);
  });
  const repl = startRepl(presentBroker(hot, stop), { delimiter: "ttlc $", customCommands: commands.list as never });
  repl.on("SIGINT", () => void commands.untail());
}

/** The broker of the moment, for a REPL that outlives it. To stop it is to stop everything. */
const presentBroker = (hot: HotBroker, stop: () => Promise<void>): ServiceBroker =>
  new Proxy(hot.broker, {
    get(_first, key) {
      if (key === "stop") return stop;
      const value: unknown = Reflect.get(hot.broker, key);
      return typeof value === "function" ? value.bind(hot.broker) : value;
    },
  });

try {
  const { values } = parseArgs({ options: { user: { type: "string" }, help: { type: "boolean" } } });
  if (values.help) process.stdout.write(HELP);
  else {
    const config = loadConfig(values.user === undefined ? {} : { TIKTOK_UNIQUE_ID: values.user });
    saveMemory(config.MEMORY_TARGET_MB);
    await runUntilSignal(() => develop(config, terminal(config)));
  }
} catch (error) {
  exitWith(error);
}
