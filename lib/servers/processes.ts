import { type ChildProcess, spawn } from "node:child_process";
import { open, readFile } from "node:fs/promises";
import { StartError } from "../errors.ts";
import { waitUntil } from "./wait-until.ts";

interface SpawnOptions {
  /** Takes what it writes; the file begins anew with each start. */
  log: string;
  /** Its stdin: for secrets, as arguments can be read by every user of the machine. */
  input?: string;
  uid?: number;
  gid?: number;
}

/** Starts a program that outlives this process and that a Ctrl-C in our terminal does not reach. */
export async function spawnServer(
  program: string,
  args: readonly string[],
  options: SpawnOptions,
): Promise<ChildProcess> {
  const { log, input, ...account } = options;
  const output = await open(log, "w", 0o600);
  const child = spawn(program, args, {
    ...account,
    cwd: "/", // so that no folder is held, and the account needs none of ours
    detached: true,
    stdio: [input === undefined ? "ignore" : "pipe", output.fd, output.fd],
  });
  child.stdin?.end(input);
  child.unref();
  await output.close();
  return child;
}

/**
 * Resolves once `answers` says yes.
 *
 * @throws StartError with the end of the log when the process ended first, or took longer than `timeoutMs`
 */
export async function started(
  child: ChildProcess,
  answers: () => Promise<boolean>,
  { name, log, timeoutMs }: { name: string; log: string; timeoutMs: number },
): Promise<void> {
  let failure: Error | undefined;
  child.once("error", (error) => {
    failure = error;
  });
  const ended = () => failure !== undefined || child.exitCode !== null || child.signalCode !== null;
  const decided = await waitUntil(async () => ended() || (await answers()), timeoutMs);
  if (decided && !ended()) return;
  if (!decided) child.kill("SIGKILL");
  const reason = failure?.message ?? ((await logTail(log)) || (ended() ? "it ended" : "it does not answer"));
  throw new StartError(`${name} did not start: ${reason}`);
}

/** The last lines of a log. */
async function logTail(file: string, lines = 5): Promise<string> {
  const text = await readFile(file, "utf8");
  return text.trimEnd().split("\n").slice(-lines).join("\n");
}

/** Asks a process to end and resolves once it has. */
export async function endProcess(pid: number, signal: NodeJS.Signals, timeoutMs: number): Promise<void> {
  if (hasEnded(pid, signal)) return;
  if (!(await waitUntil(() => hasEnded(pid), timeoutMs))) throw new Error(`Process ${pid} does not end`);
}

function hasEnded(pid: number, signal: NodeJS.Signals | 0 = 0): boolean {
  try {
    return !process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return true;
    throw error;
  }
}
