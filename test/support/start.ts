import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { waitUntil } from "../../lib/servers/wait-until.ts";

export interface Started {
  pid: number;
  /** What it wrote so far, stdout and stderr. */
  output(): string;
  /** Resolves once its output matches. Rejects when it ends first. */
  says(pattern: RegExp): Promise<RegExpMatchArray>;
  /** To its whole process group, as a terminal does on Ctrl-C. Resolves with the exit code, or the signal. */
  signal(signal: NodeJS.Signals): Promise<number | string>;
  ended: Promise<number | string>;
}

/** Runs `bin/<script>.ts` with these variables and none that matter besides, as a person would; it is stopped when the test ends. */
export function startProgram(script: string, env: Record<string, string>, args: readonly string[] = []): Started {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", `bin/${script}.ts`, ...args], {
    detached: true,
    env: { PATH, NODE_COMPILE_CACHE, ...env },
  });
  let output = "";
  const collect = (chunk: Buffer) => {
    output += chunk;
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const ended = once(child, "close").then(([code, signal]) => code ?? signal);
  const running = () => child.exitCode === null && child.signalCode === null;
  const signal = (name: NodeJS.Signals) => {
    process.kill(-(child.pid as number), name);
    return ended;
  };
  onTestFinished(async () => {
    if (running()) await Promise.race([signal("SIGTERM"), sleep(20_000, undefined, { ref: false })]);
    if (running()) await signal("SIGKILL");
  });
  return {
    pid: child.pid as number,
    output: () => output,
    async says(pattern) {
      const decided = await waitUntil(() => pattern.test(output) || !running(), 60_000);
      const match = pattern.exec(output);
      if (match) return match;
      throw new Error(`It ${decided ? "ended" : "waits"} without saying ${pattern}:\n${output}`);
    },
    signal,
    ended,
  };
}
