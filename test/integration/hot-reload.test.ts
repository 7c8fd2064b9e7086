import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { waitFor } from "../support/wait-for.ts";

/** A checkout in a temporary folder, and a process that runs its services. */
class Checkout {
  readonly root = mkdtempSync(join(tmpdir(), "ttlc-hot-"));
  output = "";
  reloads: string[] = [];
  #process: ChildProcess | undefined;

  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.root, file)), { recursive: true });
    writeFileSync(join(this.root, file), text);
  }

  edit(file: string, from: string, to: string): void {
    const text = readFileSync(join(this.root, file), "utf8");
    expect(text).toContain(from);
    this.write(file, text.replace(from, to));
  }

  async start(names = "*", env: Record<string, string> = {}): Promise<void> {
    this.#process = fork("test/integration/processes/hot-broker.ts", [this.root, names], {
      execPath: resolve("node_modules/.bin/node"),
      env: { ...env, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on("data", (chunk) => {
        this.output += chunk;
      });
    }
    this.#process.on("message", ({ reloaded }: { reloaded?: string }) => reloaded && this.reloads.push(reloaded));
    await this.#message(({ up }) => up === true);
  }

  /** What the action answers, or the name of its error. */
  async call<Answer = unknown>(action: string): Promise<Answer> {
    const answered = this.#message((message) => message.action === action);
    this.#process?.send(action);
    return (await answered).answer as Answer;
  }

  async becomes(action: string, answer: unknown): Promise<void> {
    await waitFor(async () => expect(await this.call(action)).toEqual(answer));
  }

  async stop(): Promise<void> {
    const exited = this.#process && once(this.#process, "exit");
    this.#process?.kill();
    expect(await exited).toEqual([0, null]);
    rmSync(this.root, { recursive: true });
  }

  /** The next message that is wanted. Rejects when the process ends instead. */
  #message(wanted: (message: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> {
    return new Promise((resolve, reject) => {
      const onExit = () => reject(new Error(`the process ended:\n${this.output}`));
      const onMessage = (message: Record<string, unknown>) => {
        if (!wanted(message)) return;
        this.#process?.off("message", onMessage).off("exit", onExit);
        resolve(message);
      };
      this.#process?.on("message", onMessage).once("exit", onExit);
    });
  }
}

const greeter = `
import { readFileSync } from "node:fs";
import limits from "../../contracts/limits.json" with { type: "json" };
import { born } from "../../lib/born.ts";
import { polite } from "../../mixins/polite.mixin.ts";
import { phrase } from "./phrase.ts";

const query = readFileSync(new URL("query.sql", import.meta.url), "utf8");
const script = readFileSync(new URL("lua/script.lua", import.meta.url), "utf8");

export default {
  name: "greeter",
  mixins: [polite],
  actions: {
    parts() {
      return ["service-1", this.polite(), phrase(), limits.most, query, script];
    },
    born: () => born,
  },
};
`;
const other = `
import { born } from "../../lib/born.ts";
const started = {};
export default { name: "other", actions: { born: () => born, starts: () => started } };
`;

describe("hot reload of a small checkout", () => {
  let checkout: Checkout;
  const parts = (changed: Record<number, unknown> = {}) =>
    Object.assign(["service-1", "mixin-1 word-1", "phrase-1", 1, "select 1", "return 1"], changed);

  beforeEach(async () => {
    checkout = new Checkout();
    checkout.write(
      "moleculer.config.ts",
      `export default () => ({ nodeID: "node-1", skipProcessEventRegistration: true });`,
    );
    checkout.write("services/greeter/greeter.service.ts", greeter);
    checkout.write("services/greeter/phrase.ts", `export const phrase = () => "phrase-1";`);
    checkout.write("services/greeter/query.sql", "select 1");
    checkout.write("services/greeter/lua/script.lua", "return 1");
    checkout.write("services/other/other.service.ts", other);
    checkout.write("contracts/limits.json", `{ "most": 1 }`);
    checkout.write("lib/born.ts", "export const born = Math.random();");
    checkout.write("lib/word.ts", `export const word: string = "word-1";`);
    checkout.write(
      "mixins/polite.mixin.ts",
      `import { word } from "../lib/word.ts"; export const polite = { methods: { polite: () => "mixin-1 " + word } };`,
    );
    await checkout.start();
  });
  afterEach(() => checkout.stop());

  it.each([
    ["a service", "services/greeter/greeter.service.ts", "service-1", "service-2", { 0: "service-2" }],
    ["a mixin", "mixins/polite.mixin.ts", "mixin-1", "mixin-2", { 1: "mixin-2 word-1" }],
    ["a file that a mixin imports", "lib/word.ts", "word-1", "word-2", { 1: "mixin-1 word-2" }],
    ["a pure file", "services/greeter/phrase.ts", "phrase-1", "phrase-2", { 2: "phrase-2" }],
    ["a JSON contract", "contracts/limits.json", "1", "2", { 3: 2 }],
    ["a .sql file", "services/greeter/query.sql", "1", "2", { 4: "select 2" }],
    ["a .lua file", "services/greeter/lua/script.lua", "1", "2", { 5: "return 2" }],
  ])("follows an edit of %s, and one more", async (_what, file, from, to, changed) => {
    await checkout.becomes("greeter.parts", parts());
    checkout.edit(file, from, to);
    await checkout.becomes("greeter.parts", parts(changed));
    checkout.edit(file, to, from);
    await checkout.becomes("greeter.parts", parts());
  });

  it("keeps the instances of modules and services that did not change", async () => {
    const born = await checkout.call("greeter.born");
    expect(await checkout.call("other.born")).toBe(born);
    checkout.edit("lib/word.ts", "word-1", "word-2");
    await checkout.becomes("greeter.parts", parts({ 1: "mixin-1 word-2" }));
    expect(await checkout.call("greeter.born")).toBe(born);
    expect(checkout.reloads).toEqual(["greeter"]);
  });

  it("reports a syntax error, keeps the version before it, and recovers", async () => {
    checkout.edit("services/greeter/phrase.ts", "export const", "export konst");
    await waitFor(() => expect(checkout.output).toMatch(/greeter\.service\.ts cannot be loaded/));
    expect(await checkout.call("greeter.parts")).toEqual(parts());
    checkout.write("services/greeter/phrase.ts", `export const phrase = () => "mended";`);
    await checkout.becomes("greeter.parts", parts({ 2: "mended" }));
  });

  it("recovers once a file that was imported too early is there", async () => {
    checkout.write(
      "services/early/early.service.ts",
      `import { late } from "./middle.ts"; export default { name: "early", actions: { say: () => late } };`,
    );
    checkout.write("services/early/middle.ts", `export { late } from "./late.ts";`);
    await waitFor(() => expect(checkout.output).toContain("early.service.ts cannot be loaded"));
    checkout.write("services/early/late.ts", `export const late = "here";`);
    await checkout.becomes("early.say", "here");
  });

  it("starts new services and ends removed ones", async () => {
    checkout.write(
      "services/fresh/fresh.service.ts",
      `export default { name: "fresh", actions: { hi: () => "hello" } };`,
    );
    await checkout.becomes("fresh.hi", "hello");
    rmSync(join(checkout.root, "services/fresh"), { recursive: true });
    await checkout.becomes("fresh.hi", expect.stringMatching(/^ServiceNot/));
  });

  it("sees a file that an editor replaces by renaming another over it", async () => {
    for (const version of ["phrase-2", "phrase-3"]) {
      checkout.write("services/greeter/phrase.ts.tmp", `export const phrase = () => "${version}";`);
      renameSync(
        join(checkout.root, "services/greeter/phrase.ts.tmp"),
        join(checkout.root, "services/greeter/phrase.ts"),
      );
      await checkout.becomes("greeter.parts", parts({ 2: version }));
    }
  });

  it("restarts the broker in its process when moleculer.config.ts changes", async () => {
    const { pid } = (await checkout.call<{ process: { pid: number } }>("$node.health")).process;
    checkout.edit("moleculer.config.ts", "node-1", "node-2");
    await waitFor(async () => expect(await checkout.call("$node.list")).toMatchObject([{ id: "node-2" }]));
    expect(await checkout.call("$node.health")).toMatchObject({ process: { pid } });
    expect(await checkout.call("greeter.parts")).toEqual(parts());
  });

  it("goes on with the broker it has while moleculer.config.ts is broken", async () => {
    checkout.edit("moleculer.config.ts", "export default", "export defect");
    await waitFor(() => expect(checkout.output).toContain("moleculer.config.ts cannot be loaded"));
    expect(await checkout.call("$node.list")).toMatchObject([{ id: "node-1" }]);
    checkout.write(
      "moleculer.config.ts",
      `export default () => ({ nodeID: "node-3", skipProcessEventRegistration: true });`,
    );
    await waitFor(async () => expect(await checkout.call("$node.list")).toMatchObject([{ id: "node-3" }]));
  });
});

describe("hot reload of ttlc itself", () => {
  let redis: TestRedis;
  const checkout = new Checkout();

  beforeAll(async () => {
    redis = await startTestRedis();
    for (const folder of [
      "contracts",
      "lib",
      "mixins",
      "services",
      "simulator",
      "moleculer.config.ts",
      "package.json",
    ]) {
      cpSync(folder, join(checkout.root, folder), { recursive: true });
    }
    symlinkSync(resolve("node_modules"), join(checkout.root, "node_modules"));
    await checkout.start("ingest", { REDIS_URL: redis.url, TTLC_NODE_ID: "hot" });
  });
  afterAll(async () => {
    await checkout.stop();
    await redis.stop();
  });

  it("follows an edit of the ingest service", async () => {
    await checkout.becomes("ingest.rooms", []);
    checkout.edit("services/ingest/ingest.service.ts", "return this.rooms.list();", `return ["edited"] as never;`);
    await checkout.becomes("ingest.rooms", ["edited"]);
  });

  it("restarts the broker when a file of its configuration changes", async () => {
    checkout.edit("lib/transporter.ts", "Redis connection lost", "Redis is gone");
    await waitFor(() => expect(checkout.output).toContain("broker restarted with its new configuration"));
    await checkout.becomes("ingest.rooms", ["edited"]);
  });
});
