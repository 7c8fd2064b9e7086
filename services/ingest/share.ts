/** At least so many rooms are taken at once; more when there are many, so that all are taken within a few looks. */
const FEW = 5;
const LOOKS = 6;

/** What one process sees of the rooms that are wanted. */
export interface View {
  /** How many are wanted. */
  wanted: number;
  /** How many processes there are, this one included. */
  processes: number;
  /** How many rooms are this one's. */
  own: number;
  /** Those of them that can move without losing a message: nothing of them is live. */
  idle: readonly string[];
  /** Those that nobody has. */
  free: readonly string[];
}

/**
 * What a process does so that each room is followed by one, and each process follows about as many. It takes free rooms
 * up to its share, a part at a time, so that processes that start together share; what it has above its share it gives
 * back as far as that costs nothing. A room that is live never moves while its process lives.
 */
export function nextMove({ wanted, processes, own, idle, free }: View): { take: string[]; giveBack: string[] } {
  const share = Math.ceil(wanted / Math.max(1, processes));
  const atOnce = Math.max(FEW, Math.ceil(wanted / LOOKS));
  return {
    take: free.slice(0, Math.max(0, Math.min(share - own, atOnce))),
    giveBack: idle.slice(0, Math.max(0, own - share)),
  };
}
