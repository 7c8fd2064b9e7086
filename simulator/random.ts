import { createHash } from "node:crypto";

/** The first `count` 32-bit words of sha256(`seed`): where everything seeded begins. */
export function seedWords(seed: string, count: number): number[] {
  const digest = createHash("sha256").update(seed).digest();
  return Array.from({ length: count }, (_, i) => digest.readUInt32LE(i * 4));
}

/** Randomness that is the same for the same seed on every machine (sfc32 by Chris Doty-Humphrey, public domain). */
export class Random {
  readonly #state: Uint32Array;

  constructor(seed: string) {
    this.#state = Uint32Array.from(seedWords(seed, 4));
  }

  /** In [0, 1). */
  next(): number {
    const s = this.#state as unknown as [number, number, number, number];
    const sum = (s[0] + s[1] + s[3]) | 0;
    s[3]++;
    s[0] = s[1] ^ (s[1] >>> 9);
    s[1] = (s[2] + (s[2] << 3)) | 0;
    s[2] = ((s[2] << 21) | (s[2] >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  }

  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.next() * items.length)] as Item;
  }

  /** One of the names, each as often as its weight says; weights need not add up to anything. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
    const names = Object.keys(weights) as Name[];
    let left = this.next() * names.reduce((sum, name) => sum + weights[name], 0);
    for (const name of names) {
      left -= weights[name];
      if (left < 0) return name;
    }
    return names.at(-1) as Name;
  }

  /** The time until the next of many independent happenings that come every `mean` on average. */
  wait(mean: number): number {
    return -Math.log(1 - this.next()) * mean;
  }
}
