/** Redis is given nothing more from this share of its memory on: who reads it needs room to work. */
const HOLD_ABOVE = 0.7;
const RELEASE_BELOW = 0.6;

/** How long Redis may refuse messages before they go to the disk, where a crash does not lose them. */
const PATIENCE_MS = 1_000;

/** How a publisher stands. */
export interface Pressure {
  /** Redis is short of memory, and given nothing. */
  isHeld: boolean;
  /** For how long it has refused our messages, in ms; 0: it takes them. */
  refusedMs: number;
  /** How much of the queue in memory is taken; at 1 the source is paused. */
  queueLoad: number;
  /** Messages wait on the disk already. */
  isSpooling: boolean;
  /** There is a spool, and the disk was not full a moment ago. */
  canSpool: boolean;
}

/**
 * Whether what waits in memory goes to the disk now: what comes after something spooled must queue behind it. Nothing
 * is dropped: when the disk is full too, the queue fills and the source stays paused.
 */
export function mustSpool({ isHeld, refusedMs, queueLoad, isSpooling, canSpool }: Pressure): boolean {
  if (!canSpool || queueLoad === 0) return false;
  return isSpooling || isHeld || refusedMs >= PATIENCE_MS || (refusedMs > 0 && queueLoad >= 1);
}

/** Share of its memory that Redis uses, from INFO memory; of the machine's when it has no limit. */
export function memoryLoad(info: string): number {
  const bytesOf = (field: string) => Number(new RegExp(`^${field}:(\\d+)`, "m").exec(info)?.[1] ?? 0);
  const limit = bytesOf("maxmemory") || bytesOf("total_system_memory");
  return limit === 0 ? 0 : bytesOf("used_memory") / limit;
}

/** Whether Redis is to be given nothing more; it must have got well below the limit before that ends. */
export const isShortOfMemory = (load: number, wasShort: boolean): boolean =>
  load >= (wasShort ? RELEASE_BELOW : HOLD_ABOVE);
