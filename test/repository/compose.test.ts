import { readFileSync } from "node:fs";
import { DCLinter } from "dclint";
import { describe, expect, it } from "vitest";
import { configSchema } from "../../contracts/config.ts";

const compose = readFileSync("docker-compose.yml", "utf8");
const dockerfile = readFileSync("Dockerfile", "utf8");
const manifest = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: { start: string } };
const all = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map((match) => match[1] as string);

describe("docker-compose.yml", () => {
  it("has nothing that dclint objects to", () => {
    const linter = new DCLinter({ rules: {}, quiet: false, debug: false, exclude: [] });
    const problems = linter.lintFiles(["docker-compose.yml"], false).flatMap(({ messages }) => messages);
    expect(problems.map(({ line, message }) => `${line}: ${message}`)).toEqual([]);
  });

  it("runs every service exactly once", () => {
    const run = all(compose, /^ +TTLC_SERVICES: ([a-z,]+)/gm).flatMap((names) => names.split(","));
    expect(run.sort()).toEqual(configSchema.properties.TTLC_SERVICES.default.split(",").sort());
  });

  it("gives each process a node id of its own", () => {
    const nodes = all(compose, /^ +TTLC_NODE_ID: (.+)$/gm);
    expect(nodes).toHaveLength(all(compose, /^ +(TTLC_SERVICES): /gm).length);
    expect(new Set(nodes).size).toBe(nodes.length);
  });

  it("sets only variables that there are", () => {
    const known = [...Object.keys(configSchema.properties), "POSTGRES_DB", "POSTGRES_PASSWORD", "POSTGRES_USER"];
    const used = [...all(compose, /^ +([A-Z][A-Z_]+): /gm), ...all(compose, /\$\{([A-Z_]+)/g)];
    expect(used.filter((name) => !known.includes(name))).toEqual([]);
    expect(used.length).toBeGreaterThan(20);
  });

  it("holds no secret, and does not start without those it needs", () => {
    const secrets = Object.entries(configSchema.properties).flatMap(([name, schema]) =>
      "x-secret" in schema && !name.endsWith("_URL") ? [name] : [],
    );
    for (const name of [...secrets, "POSTGRES_PASSWORD"]) {
      for (const value of all(compose, new RegExp(`^ +${name}: (.*)$`, "gm"))) expect(value).toMatch(`\${${name}:`);
    }
    expect(compose).toContain(`\${POSTGRES_PASSWORD:?`);
    expect(compose).toContain(`\${TTLC_ADMIN_KEY:?`);
  });

  it("publishes one port, on loopback", () => {
    expect(all(compose, /^ +- '([\d.:]+)'$/gm)).toEqual(["127.0.0.1:3000:3000"]);
  });
});

describe("Dockerfile", () => {
  it("runs as a user without rights, without development dependencies", () => {
    expect(dockerfile.trimEnd().split("\n").slice(-2)).toEqual(["USER node", expect.stringMatching(/^CMD \["node"/)]);
    expect(dockerfile).toContain("npm ci --omit=dev --omit=optional --ignore-scripts");
  });

  it("starts as `npm start` does", () => {
    const [settings, args] = manifest.scripts.start.split(" node ") as [string, string];
    expect(dockerfile).toContain(`ENV ${settings}\n`);
    expect(dockerfile).toContain(`CMD ${JSON.stringify(["node", ...args.split(" ")]).replaceAll(",", ", ")}`);
  });

  it("copies the folders that the programs import from", () => {
    const copied = all(dockerfile, /^COPY (\w+) \1$/gm);
    expect(copied).toEqual(expect.arrayContaining(["bin", "contracts", "lib", "migrations", "mixins", "services"]));
  });
});
