import { randomUUID } from "node:crypto";
import type { Config } from "../../contracts/config.ts";
import { readConfig } from "../../lib/config.ts";

/**
 * The defaults, but quiet, on a free port, with a node name of its own and as many requests as a test likes; values as in
 * the environment.
 */
export function testConfig(overrides: { [Name in keyof Config]?: string } = {}): Config {
  return readConfig({
    LOG_LEVEL: "error",
    API_PORT: "0",
    RATE_LIMIT_PER_MIN: "100000",
    TTLC_NODE_ID: `test-${randomUUID().slice(0, 8)}`,
    ...overrides,
  });
}
