import { setFlagsFromString } from "node:v8";

/**
 * V8 keeps the pages that a burst needed, resident, for as long as there is work. Collections that are told to save
 * memory give them back, but take longer: so they are asked for only while RSS is high.
 */

const LOOK_MS = 1_000;
const MB = 2 ** 20;
/** Of the target: saving begins above the first and ends below the second. */
const [HIGH, LOW] = [0.8, 0.7];

/** V8 looks at these at each collection. The heap grows by so much of what lives in it; left to itself, by up to 300. */
const spending = ["--no-optimize-for-size", "--heap-growing-percent=75"];
const saving = ["--optimize-for-size", "--heap-growing-percent=50"];

/**
 * Whether collections should save memory from now on.
 *
 * @param saves whether they do so now
 * @param rss as a share of the target
 */
export const shouldSave = (saves: boolean, rss: number): boolean => rss > (saves ? LOW : HIGH);

let seconds = 0;

/** How long this process has been saving memory. */
export const secondsOfSaving = (): number => seconds;

/** Keeps the memory of this process below `targetMb` from now on, as far as that can be done; 0: leaves it to V8. */
export function saveMemory(targetMb: number): void {
  if (targetMb === 0) return;
  let saves = false;
  const look = () => {
    if (saves) seconds += LOOK_MS / 1_000;
    if (shouldSave(saves, process.memoryUsage.rss() / MB / targetMb) === saves) return;
    saves = !saves;
    set(saves ? saving : spending);
  };
  set(spending);
  setInterval(look, LOOK_MS).unref();
}

function set(flags: readonly string[]): void {
  for (const flag of flags) setFlagsFromString(flag);
}
