import type { Config } from "../contracts/config.ts";
import { ConfigError, StartError } from "../lib/errors.ts";
import type { Running, Terminal } from "../lib/launch.ts";

/** Lines for the person who started it. Next to JSON logs they go to stderr, and secrets only to a real terminal. */
export function terminal({ LOG_FORMAT }: Config): Terminal {
  const output = LOG_FORMAT === "json" ? process.stderr : process.stdout;
  return {
    say: (label, text) => void output.write(`${label.padEnd(11)} ${text}\n`),
    personal: LOG_FORMAT === "text" || process.stderr.isTTY === true,
  };
}

/**
 * Runs until SIGINT or SIGTERM, stops in order and exits with 0; a second signal ends the process at once.
 * A signal during the start counts too: what was started is stopped again.
 */
export async function runUntilSignal(start: () => Promise<Pick<Running, "stop">>): Promise<void> {
  const signalled = new Promise<void>((resolve) => {
    let signals = 0;
    const onSignal = (signal: NodeJS.Signals) => {
      if (++signals > 1) process.exit(signal === "SIGINT" ? 130 : 143);
      resolve();
    };
    process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  });
  const running = await start();
  await signalled;
  await running.stop();
  process.exit(0);
}

/** Ends the process: with the message alone when it says what to do, else with the stack. */
export function exitWith(error: unknown): never {
  const known = error instanceof ConfigError || error instanceof StartError || isUsageError(error);
  process.stderr.write(`${known ? (error as Error).message : ((error as Error).stack ?? String(error))}\n`);
  process.exit(1);
}

const isUsageError = (error: unknown): boolean =>
  String((error as NodeJS.ErrnoException | null)?.code).startsWith("ERR_PARSE_ARGS");
