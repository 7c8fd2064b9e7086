import { expect, it } from "vitest";
import { allKinds, countKinds, defaultKinds, drainLimits, faultKinds, makePlan } from "./plan.ts";

it("is the same for the same seed, and another for another", () => {
  expect(makePlan(7, 60, defaultKinds)).toEqual(makePlan(7, 60, defaultKinds));
  expect(makePlan(8, 60, defaultKinds).faults).not.toEqual(makePlan(7, 60, defaultKinds).faults);
});

it("has every kind that was asked for and no other, within its time", () => {
  const plan = makePlan(1, 60, defaultKinds);
  expect(Object.keys(countKinds(plan)).toSorted()).toEqual(defaultKinds.toSorted());
  expect(plan.faults.every(({ atMs }) => atMs < 60_000)).toBe(true);
});

it("does not flush Redis unless told to", () => {
  expect(allKinds.filter((kind) => !(defaultKinds as string[]).includes(kind))).toEqual(["flush"]);
});

it("breaks each thing one way at a time", () => {
  for (let seed = 0; seed < 20; seed++) {
    const until = new Map<string, number>();
    for (const { atMs, target, forMs } of makePlan(seed, 60, defaultKinds).faults) {
      const owner = target.split(">")[0] as string;
      expect(atMs).toBeGreaterThanOrEqual(until.get(owner) ?? 0);
      until.set(owner, atMs + forMs);
    }
  }
});

it("aims each kind at what it can break", () => {
  for (const { kind, target } of makePlan(3, 120, allKinds).faults) {
    expect(faultKinds[kind].targets).toContain(target);
  }
});

it("breaks only what is named", () => {
  const { faults } = makePlan(1, 60, ["drop", "postgres", "kill"], {
    only: ["storage", "postgres"],
    cast: "recording",
  });
  expect(new Set(faults.map(({ target }) => target))).toEqual(
    new Set(
      ["postgres", "storage-1", "storage-2"].concat(
        faultKinds.drop.targets.filter((link) => link.startsWith("storage")),
      ),
    ),
  );
});

it("gives time for taking over only when a process was gone", () => {
  expect(drainLimits(makePlan(1, 8, ["kill"])).withoutProgressMs).toBeGreaterThan(15_000);
  expect(drainLimits(makePlan(1, 8, ["drop", "redis"], { cast: "recording" })).ms).toBeLessThan(10_000);
});

it("breaks nobody who is not there", () => {
  const owners = (cast: "recording" | "single") =>
    new Set(makePlan(1, 120, defaultKinds, { cast }).faults.map(({ target }) => target.split(">")[0]));
  expect(owners("recording")).not.toContain("rules-1");
  expect(owners("recording")).not.toContain("session");
  expect(owners("single")).toContain("rules-1");
  expect(owners("single")).not.toContain("rules-2");
});
