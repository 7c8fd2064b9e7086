import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "../contracts/api.ts";
import { freePort } from "../lib/servers/ports.ts";
import type { SimulatedTikTok } from "../simulator/server.ts";
import { machine } from "./machine.ts";
import { type Measure, measure } from "./measure.ts";
import { startCommand } from "./start-command.ts";

/** API key of a bench's own ttlc. */
export const KEY = "bench-admin-key-of-this-run";
const SAMPLE_MS = 1_000;
const PROGRESS_MS = 30_000;
const MB = 2 ** 20;

/** What Node says of its memory, in bytes. */
interface Sample {
  rss: number;
  heapUsed: number;
  heapTotal: number;
  external: number;
}

/** `npm start` as it is, in a process and a data folder of its own. */
export interface Ttlc {
  port: number;
  /** What it has written so far, the end of it. */
  output(): string;
  /** Memory of Node's process, in bytes; its servers' is not in it. */
  rss(): Promise<number>;
  get<Answer>(path: string): Promise<Answer>;
  post<Answer>(path: string, body: object): Promise<Answer>;
  remove(path: string): Promise<void>;
  /** All pages of a list. */
  all<Item>(path: string): Promise<Item[]>;
  /** What `look` sees, once that is something; gives up after a minute, saying what ttlc wrote. */
  until<Seen>(look: () => Seen | Promise<Seen>): Promise<NonNullable<Seen>>;
  /** `rss` for so long, once a second. */
  watchMemory(ms: number): Promise<number[]>;
  stop(): Promise<void>;
}

/** With the flags of `npm start`, on rooms simulated in this process. */
export async function startTtlc(tiktok: SimulatedTikTok, args: string[], env: NodeJS.ProcessEnv = {}): Promise<Ttlc> {
  const dataDir = await mkdtemp(join(tmpdir(), "ttlc-bench-"));
  const port = await freePort();
  const start = await startCommand();
  const child = spawn(process.execPath, [...start.args, ...args], {
    env: {
      ...start.env,
      TTLC_DATA_DIR: dataDir,
      TTLC_ADMIN_KEY: KEY,
      RATE_LIMIT_PER_MIN: "1000000",
      API_PORT: String(port),
      FEED_MAX_PER_KEY: "1000",
      LOG_LEVEL: "warn",
      SIGN_API_URL: tiktok.url,
      TIKTOK_WEB_HOST: tiktok.url,
      TIKTOK_WEBCAST_HOST: tiktok.url,
      ...env,
    },
  });
  const ended = once(child, "close");
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output = (output + chunk).slice(-10_000);
    });
  }

  const request = async (path: string, init: RequestInit = {}) => {
    const headers = { "x-api-key": KEY, "content-type": "application/json" };
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  const get = async <Answer>(path: string) => (await (await request(path)).json()) as Answer;
  const sample = async (): Promise<Sample> => {
    const text = await (await request("/metrics")).text();
    const value = (name: string) => Number(new RegExp(`^ttlc_${name} (\\S+)`, "m").exec(text)?.[1]);
    return {
      rss: value("process_resident_memory_bytes"),
      heapUsed: value("nodejs_heap_size_used_bytes"),
      heapTotal: value("nodejs_heap_size_total_bytes"),
      external: value("nodejs_external_memory_bytes"),
    };
  };

  return {
    port,
    output: () => output,
    rss: async () => (await sample()).rss,
    get,
    async post(path, body) {
      return (await request(path, { method: "POST", body: JSON.stringify(body) })).json() as never;
    },
    async remove(path) {
      await request(path, { method: "DELETE" });
    },
    async all<Item>(path: string) {
      const items: Item[] = [];
      for (let after = ""; ; ) {
        const page = await get<Page<Item>>(`${path}${path.includes("?") ? "&" : "?"}limit=500${after}`);
        items.push(...page.items);
        if (page.next === null) return items;
        after = `&after=${encodeURIComponent(page.next)}`;
      }
    },
    async until<Seen>(look: () => Seen | Promise<Seen>) {
      for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(50)) {
        const seen = await Promise.resolve()
          .then(look)
          .catch(() => undefined);
        if (seen) return seen as NonNullable<Seen>;
      }
      throw new Error(`waited for a minute; ttlc wrote:\n${output}`);
    },
    async watchMemory(ms) {
      const samples: number[] = [];
      const startedAt = performance.now();
      for (let told = 0; performance.now() - startedAt < ms; await sleep(SAMPLE_MS)) {
        const now = await sample();
        samples.push(now.rss);
        const passed = performance.now() - startedAt;
        if (passed < told) continue;
        told += PROGRESS_MS;
        console.error(`${Math.round(passed / 1_000)} s: ${describe(now)}; ${machine()}`);
      }
      return [...samples, (await sample()).rss];
    },
    async stop() {
      child.kill("SIGTERM");
      await ended;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function describe({ rss, heapUsed, heapTotal, external }: Sample): string {
  const [all, used, total, outside] = [rss, heapUsed, heapTotal, external].map((bytes) => Math.round(bytes / MB));
  return `RSS ${all} MB, heap ${used} of ${total} MB, external ${outside} MB`;
}

/** Memory at its highest and at the end. */
export function memoryMeasures(rss: readonly number[], highest: string, end: string): Measure[] {
  return [measure(highest, "MB", [Math.max(...rss) / MB]), measure(end, "MB", [(rss.at(-1) as number) / MB])];
}

/** What `look` sees once it has stood for three seconds. */
export async function settled<Seen>(look: () => Promise<Seen>): Promise<Seen> {
  for (let last = await look(), stood = 0; ; ) {
    await sleep(500);
    const now = await look();
    stood = JSON.stringify(now) === JSON.stringify(last) ? stood + 1 : 0;
    if (stood === 6) return now;
    last = now;
  }
}
