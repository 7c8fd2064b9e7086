import { describe, expect, it } from "vitest";
import { faultsIn } from "./redis-safety.ts";

const info = (aof: number, policy: string) =>
  `# Memory\r\nmaxmemory_policy:${policy}\r\n\r\n# Persistence\r\naof_enabled:${aof}\r\n`;

describe("a Redis that would lose data", () => {
  it("has nothing to complain about an append-only file without eviction", () => {
    expect(faultsIn(info(1, "noeviction"), true)).toEqual([]);
  });

  it("names the missing append-only file and how to get it", () => {
    expect(faultsIn(info(0, "noeviction"), true)).toEqual([expect.stringContaining("CONFIG SET appendonly yes")]);
  });

  it.each(["allkeys-lru", "volatile-ttl"])("names the policy %s", (policy) => {
    expect(faultsIn(info(1, policy), true)).toEqual([expect.stringContaining(policy)]);
  });

  it("names the user that lacks rights, where there is an append-only file to load", () => {
    expect(faultsIn(info(1, "noeviction"), false)).toEqual([expect.stringContaining("user default off ~* &* +@all")]);
    expect(faultsIn(info(0, "noeviction"), false)).toEqual([expect.stringContaining("CONFIG SET appendonly yes")]);
  });

  it("does not trust a Redis that keeps its settings to itself", () => {
    expect(faultsIn("# Server\r\n", true)).toHaveLength(2);
  });
});
