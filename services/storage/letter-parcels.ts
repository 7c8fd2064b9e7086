import type { takerOf } from "./letter-taker.ts";

/** What is sent at once, unless a letter is larger. */
const MOST_BYTES = 2 ** 20;

type Taker = ReturnType<typeof takerOf>;

interface Parcel {
  taker: Taker;
  positions: string[];
}

/** Letters by who takes them back, in their order, about a megabyte each: what is in memory at a time. */
export function parcels<Letter extends { position: string; bytes: number }>(
  letters: readonly Letter[],
  takerOf: (letter: Letter) => Taker,
): Parcel[] {
  const open = new Map<string, Parcel & { bytes: number }>();
  const all: Parcel[] = [];
  for (const letter of letters) {
    const taker = takerOf(letter);
    const name = JSON.stringify(taker);
    let parcel = open.get(name);
    if (!parcel || parcel.bytes + letter.bytes > MOST_BYTES) {
      parcel = { taker, positions: [], bytes: 0 };
      open.set(name, parcel);
      all.push(parcel);
    }
    parcel.positions.push(letter.position);
    parcel.bytes += letter.bytes;
  }
  return all.map(({ taker, positions }) => ({ taker, positions }));
}
