import { existsSync } from "node:fs";
import { loadEnvFile } from "node:process";
import { type Config, configSchema } from "../contracts/config.ts";
import { ConfigError } from "./errors.ts";
import { createAjv } from "./json-schema-validator.ts";
import { scrub } from "./redact.ts";

/**
 * Checks the environment against contracts/config.ts and freezes it. The only reader of `process.env`.
 * Variables it does not know are left alone; empty ones count as unset.
 *
 * @throws ConfigError naming each wrong variable, what is wrong with it and what would be right
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const values: Record<string, unknown> = {};
  for (const name of Object.keys(configSchema.properties)) if (env[name]) values[name] = env[name];
  const check = createAjv({ coerceTypes: true, useDefaults: true, allErrors: true }).compile<Config>(configSchema);
  if (check(values)) return Object.freeze(values);
  const problems = new Map<string, string>();
  for (const { instancePath } of check.errors ?? []) {
    const name = instancePath.slice(1) as keyof typeof configSchema.properties;
    problems.set(name, explain(name, env[name] ?? ""));
  }
  throw new ConfigError([...problems.values()].join("\n"));
}

/** The environment of this process, with `.env` of the working directory beneath it. */
export function loadConfig(overrides: Record<string, string | undefined> = {}): Config {
  if (existsSync(".env")) loadEnvFile(".env");
  return readConfig({ ...process.env, ...overrides });
}

/** `API_PORT is "abc", which is not ...`: the variable, the problem, the fix. A secret's value is not repeated. */
function explain(name: keyof typeof configSchema.properties, value: string): string {
  const schema: ConfigProperty = configSchema.properties[name];
  const shown = schema["x-secret"] ? "has a value" : `is ${JSON.stringify(masked(value))}`;
  return `${name} ${shown} that ttlc cannot use: it must be ${expected(schema)}. ${schema.description}`;
}

/** Without what stands before an @ in a URL, as people put passwords there, and without what else looks like a secret. */
function masked(value: string): string {
  return scrub(value.includes("//") ? value.replace(/\/\/.*@/s, "//***@") : value.replace(/^.*:.*@/s, "***@"));
}

/** What one variable's schema may say. */
export interface ConfigProperty {
  description: string;
  default?: string | number;
  type?: string;
  enum?: readonly string[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  "x-secret"?: boolean;
  "x-example"?: string;
  "x-expected"?: string;
}

/** What would be right, in words. */
export function expected(schema: ConfigProperty): string {
  if (schema["x-expected"]) return schema["x-expected"];
  if (schema.enum) return `one of ${schema.enum.join(", ")}`;
  if (schema.type === "integer" || schema.type === "number") {
    const kind = schema.type === "integer" ? "a whole number" : "a number";
    if (schema.maximum === undefined) return `${kind} from ${schema.minimum}`;
    return `${kind} from ${schema.minimum} to ${schema.maximum}`;
  }
  if (schema.minLength && schema.minLength > 1) return `at least ${schema.minLength} characters`;
  return "text";
}
