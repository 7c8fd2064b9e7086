import { setTimeout as sleep } from "node:timers/promises";

/**
 * Asks every 25 ms until the answer is true.
 *
 * @returns false when it was not within `timeoutMs`
 */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  timeoutMs = Number.POSITIVE_INFINITY,
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) return false;
    await sleep(25);
  }
  return true;
}
