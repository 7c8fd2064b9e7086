import { describe, expect, it } from "vitest";
import { faultsIn } from "./postgres-safety.ts";

const safe = { synchronous_commit: "on", fsync: "on", full_page_writes: "on" };

describe("a Postgres that would lose data", () => {
  it.each(["on", "local", "remote_write", "remote_apply"])("is none with synchronous_commit %s", (value) => {
    expect(faultsIn({ ...safe, synchronous_commit: value })).toEqual({ loses: [], risks: [] });
  });

  it("confirms before it has written, and is told how to stop that", () => {
    const { loses, risks } = faultsIn({ ...safe, synchronous_commit: "off" });
    expect(loses).toEqual([expect.stringContaining("ALTER SYSTEM SET synchronous_commit = on")]);
    expect(risks).toEqual([]);
  });

  it.each(["fsync", "full_page_writes"])("risks it without %s", (name) => {
    expect(faultsIn({ ...safe, [name]: "off" })).toEqual({ loses: [], risks: [expect.stringContaining(name)] });
  });
});
