/** A whole number from 0, below `below`. */
export type Random = (below: number) => number;

/** Mulberry32: the same numbers in every run. */
export function seeded(seed: number): Random {
  let state = seed;
  return (below: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** In any order. */
export function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const left = [...items];
  return items.map(() => left.splice(random(left.length), 1)[0] as Item);
}

/** In batches of 1 to 60. */
export function* split<Item>(items: readonly Item[], random: Random): Generator<Item[]> {
  for (let from = 0; from < items.length; ) {
    const size = 1 + random(60);
    yield items.slice(from, from + size);
    from += size;
  }
}
