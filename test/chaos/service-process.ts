import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { waitUntil } from "../../lib/servers/wait-until.ts";

/** What a process of ttlc did that it must not do. */
export interface Misconduct {
  /** It ended although nobody asked it to. */
  crashed: string[];
  /** It was asked to end and did not, or not with 0. */
  unclean: string[];
}

/** How long a stop may take (fault_matrix F23). */
const STOP_MS = 20_000;
/** As a supervisor such as Docker waits before it starts a process again. */
const RESTART_MS = 300;

/**
 * One `bin/start.ts`, kept running as a supervisor would: one that cannot start, since Redis or Postgres is away, is
 * started again; one that ends once it ran has crashed, which is recorded, and is started again too.
 */
export class ServiceProcess {
  readonly name: string;
  readonly misconduct: Misconduct = { crashed: [], unclean: [] };
  readonly #options: { root: string; dir: string; env: Record<string, string>; args: readonly string[] };
  readonly #log: ReturnType<typeof createWriteStream>;
  #child: ChildProcess | undefined;
  #wanted = false;
  #running = false;
  #closed = false;
  /** The end of what it wrote. */
  #said = "";

  /**
   * @param options.root the tree of ttlc to run
   * @param options.dir where it is run and logs to `<name>.log`; without a file .env
   */
  constructor(
    name: string,
    options: { root: string; dir: string; env: Record<string, string>; args?: readonly string[] },
  ) {
    this.name = name;
    this.#options = { args: [], ...options };
    this.#log = createWriteStream(this.logFile);
  }

  get logFile(): string {
    return join(this.#options.dir, `${this.name}.log`);
  }

  /** All its services have started. */
  get isRunning(): boolean {
    return this.#running;
  }

  start(): void {
    if (this.#closed) return;
    this.#wanted = true;
    this.#spawn();
  }

  async kill(): Promise<void> {
    this.#wanted = false;
    await this.#end("SIGKILL", STOP_MS);
  }

  async terminate(): Promise<void> {
    const running = this.#running;
    this.#wanted = false;
    const outcome = await this.#end("SIGTERM", STOP_MS);
    if (running && outcome !== 0)
      this.misconduct.unclean.push(`${this.name}: SIGTERM ended with ${outcome}, after\n${this.#said}`);
  }

  /** SIGSTOP and SIGCONT. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    if (this.#child && hasNotEnded(this.#child)) this.#child.kill(signal);
  }

  /** For good. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.kill();
    this.#log.end();
  }

  #spawn(): void {
    const { root, dir, env, args } = this.#options;
    const script = join(root, "bin/start.ts");
    const { PATH, NODE_COMPILE_CACHE } = process.env;
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, ...args], {
      cwd: dir,
      env: { PATH, NODE_COMPILE_CACHE, ...env },
      detached: true, // a Ctrl-C in our terminal is ours to pass on
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    this.#running = false;
    this.#log.write(`-- started as ${child.pid} at ${new Date().toISOString()}\n`);
    child.stdout.on("data", (chunk: Buffer) => {
      if (!this.#running && this.#child === child && /^Services /m.test(String(chunk))) this.#running = true;
    });
    for (const output of [child.stdout, child.stderr]) {
      output.on("data", (chunk: Buffer) => {
        this.#said = (this.#said + chunk).slice(-2_000);
        if (!this.#log.writableEnded) this.#log.write(chunk);
      });
    }
    child.once("close", (code, signal) => void this.#onEnd(child, code ?? signal));
  }

  async #onEnd(child: ChildProcess, outcome: number | string | null): Promise<void> {
    if (this.#closed) return;
    this.#log.write(`-- ended with ${outcome} at ${new Date().toISOString()}\n`);
    if (this.#child !== child) return;
    const wasRunning = this.#running;
    this.#running = false;
    if (!this.#wanted) return;
    if (wasRunning) this.misconduct.crashed.push(`${this.name}: ended by itself with ${outcome}, after\n${this.#said}`);
    await sleep(RESTART_MS);
    if (this.#wanted && this.#child === child) this.#spawn();
  }

  /** Resolves with the exit code or the signal that ended it; kills what does not end in time. */
  async #end(signal: NodeJS.Signals, ms: number): Promise<number | string | null> {
    const child = this.#child;
    if (!child || !hasNotEnded(child)) return 0;
    const closed = once(child, "close").then(([code, by]) => (code ?? by) as number | string);
    child.kill(signal);
    const timely = await waitUntil(() => !hasNotEnded(child), ms);
    if (!timely) child.kill("SIGKILL");
    const outcome = await closed;
    this.#running = false;
    return timely ? outcome : `nothing in ${ms} ms`;
  }
}

const hasNotEnded = (child: ChildProcess) => child.exitCode === null && child.signalCode === null;
