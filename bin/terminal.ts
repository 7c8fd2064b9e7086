import type { Config } from "../contracts/config.ts";
import { ConfigError, StartError } from "../lib/errors.ts";
import type { Running, Terminal } from "../lib/launch.ts";

/** Lines for the person who started it. Next to JSON logs they go to stderr, and secrets only to a real terminal. */
export function terminal({ LOG_FORMAT }: Config): Terminal {
  const output = LOG_FORMAT === "json" ? process.stderr : process.stdout;
  const line = (label: string, text: string) => `${output.isTTY ? "\r\x1b[2K" : ""}${label.padEnd(11)} ${text}`;
  return {
    say: (label, text) => void output.write(`${line(label, text)}\n`),
    show: (label, text) => void (output.isTTY && output.write(line(label, text))),
    personal: LOG_FORMAT === "text" || process.stderr.isTTY === true,
  };
}

/** Under npm one Ctrl-C comes twice, from the terminal and passed on by npm. */
const SAME_PRESS_MS = 1000;

/**
 * Runs until SIGINT, SIGTERM or the terminal's end, stops in order and exits with 0; a second signal ends the process
 * at once. A signal during the start counts too: what was started is stopped again.
 */
export async function runUntilSignal(start: () => Promise<Pick<Running, "stop">>): Promise<void> {
  const signalled = new Promise<void>((resolve) => {
    let firstAt: number | undefined;
    const onSignal = () => {
      firstAt ??= performance.now();
      if (performance.now() - firstAt > SAME_PRESS_MS) process.exit(1);
      resolve();
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, onSignal);
    for (const output of [process.stdout, process.stderr]) output.on("error", () => {}); // a terminal that is gone
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
