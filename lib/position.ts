/**
 * A position is an entry id of `ttlc:events`, the order of delivery. In Redis and at borders it reads `ms-seq`;
 * Postgres keeps it as one bigint, `ms << 20 | seq`, which sorts alike (seq < 2^20, ms fits until the year 248,000).
 */
const SEQ_BITS = 20n;
const SEQ_MASK = (1n << SEQ_BITS) - 1n;

/** True for `ms-seq` that fits into a bigint, packed. */
export function isPosition(text: string): boolean {
  const match = /^(\d{1,12}|[0-7]\d{12})-(\d{1,7})$/.exec(text);
  return match !== null && BigInt(match[2] as string) <= SEQ_MASK;
}

/** `ms-seq` as the bigint Postgres stores. */
export function packPosition(entryId: string): bigint {
  const [ms, seq] = entryId.split("-");
  return (BigInt(ms as string) << SEQ_BITS) | BigInt(seq as string);
}

/** The bigint Postgres stores (it comes as a string) as `ms-seq`. */
export function unpackPosition(packed: bigint | string): string {
  const value = BigInt(packed);
  return `${value >> SEQ_BITS}-${value & SEQ_MASK}`;
}

/** Sorts entry ids; negative when `a` was added before `b`. */
export function comparePositions(a: string, b: string): number {
  const [msA, seqA] = a.split("-").map(Number) as [number, number];
  const [msB, seqB] = b.split("-").map(Number) as [number, number];
  return msA - msB || seqA - seqB;
}

/** The higher of two positions. */
export const later = (a: string, b: string): string => (comparePositions(a, b) > 0 ? a : b);
