import { describe, expect, it } from "vitest";
import { configSchema } from "../contracts/config.ts";
import { type ConfigProperty, expected, readConfig } from "./config.ts";

describe("a message about a wrong value", () => {
  it.each([
    ["TIKTOK_UNIQUE_ID", "a b", "a username of up to 64 letters"],
    ["SIGN_API_URL", "ftp://signer", "a host, host:port or http(s) URL"],
    ["TIKTOK_WEB_HOST", "www.tiktok.com/live", "a host, host:port or http(s) URL"],
    ["TIKTOK_WEBCAST_HOST", "host:65536", "a host, host:port or http(s) URL"],
    ["REDIS_URL", "localhost:6379", "a URL that begins with redis:// or rediss://"],
    ["DATABASE_URL", "mysql://db", "a URL that begins with postgres:// or postgresql://"],
    ["TTLC_SERVICES", "ingest, storage", "names of services, separated by commas without spaces"],
    ["TTLC_NODE_ID", "a b", "a name of up to 64 letters"],
    ["CORS_ALLOW_ORIGINS", "*", "origins such as https://overlay.example"],
    ["CORS_ALLOW_ORIGINS", "https://overlay.example/", "origins such as https://overlay.example"],
    ["CORS_ALLOW_ORIGINS", "overlay.example", "origins such as https://overlay.example"],
    ["TRUSTED_PROXY_HOPS", "yes", "a whole number from 0 to 10"],
    ["RATE_LIMIT_PER_MIN", "0", "a whole number from 1 to 1000000"],
    ["API_PORT", "web", "a whole number from 0 to 65535"],
    ["TTLC_ADMIN_KEY", "short", "at least 16 characters"],
  ])("of %s says what would be right", (name, value, right) => {
    expect(() => readConfig({ [name]: value })).toThrow(`it must be ${right}`);
  });

  it.each(Object.entries<ConfigProperty>(configSchema.properties))("of %s shows no pattern", (_name, schema) => {
    expect(expected(schema)).not.toMatch(/[\\^$*[\]{}]|\(\?/);
  });

  it.each([
    ["https://user:hunter2@signer/x", "https://***@signer/x"],
    ["https://user:hunt/er@2@signer", "https://***@signer"],
    ["https://hunter2@signer", "https://***@signer"],
    ["user:hunter2@signer", "***@signer"],
    ["https://signer/?api_key=hunter2", "api_key=[redacted]"],
  ])("masks the secret in %s, also of a variable that is none", (value, shown) => {
    const message = () => readConfig({ SIGN_API_URL: value });
    expect(message).toThrow(shown);
    expect(message).not.toThrow(/hunt/);
  });
});

it.each(["SIGN_API_URL", "TIKTOK_WEB_HOST", "TIKTOK_WEBCAST_HOST"] as const)("%s takes hosts and URLs", (name) => {
  for (const value of ["simulator:4100", "https://mirror.example/", "[::1]:4100", "http://127.0.0.1:65535"]) {
    expect(readConfig({ [name]: value })[name]).toBe(value);
  }
});

it("SIGN_API_URL may have a path", () => {
  expect(readConfig({ SIGN_API_URL: "https://signer.example/v2" }).SIGN_API_URL).toBe("https://signer.example/v2");
});
