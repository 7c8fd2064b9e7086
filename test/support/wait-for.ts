import { vi } from "vitest";

/** Runs `check` until it no longer throws. For conditions that other processes bring about: patient, then as vitest's. */
export const waitFor = <Result>(check: () => Result | Promise<Result>, timeout = 15_000): Promise<Result> =>
  vi.waitFor(check, { timeout, interval: 50 });
