import { setFlagsFromString } from "node:v8";

/**
 * V8 keeps the pages that a burst needed, resident, for as long as there is work. Collections that are told to save
 * memory give them back, but take longer: so they are asked for only while RSS is high.
 */

const LOOK_MS = 1_000;
const MB = 2 ** 20;
const HIGH = 320 * MB;
const LOW = 280 * MB;
/** Who works as fast as it can is above that again at once: without a rest it would do little else than save. */
const REST_MS = 3_000;

/** V8 looks at these at each collection. The heap grows by so much of what lives in it; left to itself, by up to 300. */
const spending = ["--no-optimize-for-size", "--heap-growing-percent=100"];
const saving = ["--optimize-for-size", "--heap-growing-percent=50"];

/** What collections are for, since when in milliseconds. */
export interface Phase {
  saves: boolean;
  since: number;
}

/**
 * The phase after a look at memory.
 *
 * @param rss in bytes
 * @param now in milliseconds, on the clock of `since`
 */
export function nextPhase(phase: Phase, rss: number, now: number): Phase {
  const { saves, since } = phase;
  const isOver = saves ? rss <= LOW : rss > HIGH && now - since >= REST_MS;
  return isOver ? { saves: !saves, since: now } : phase;
}

let savings = 0;

/** How often this process began to save memory. */
export const memorySavings = (): number => savings;

/** Keeps the memory of this process low from now on. */
export function saveMemory(): void {
  let phase: Phase = { saves: false, since: performance.now() };
  const look = () => {
    const next = nextPhase(phase, process.memoryUsage.rss(), performance.now());
    if (next === phase) return;
    phase = next;
    set(phase.saves ? saving : spending);
    if (phase.saves) savings++;
  };
  set(spending);
  setInterval(look, LOOK_MS).unref();
}

function set(flags: readonly string[]): void {
  for (const flag of flags) setFlagsFromString(flag);
}
