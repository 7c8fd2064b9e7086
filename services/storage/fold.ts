/**
 * Looking for a word in Postgres as JavaScript would after `toLowerCase`. Postgres's own `lower` depends on the locale of
 * the database, and knows none but ASCII letters in "C". `translate` does not: it takes letter for letter, so it is told
 * just those letters that may become one of the word's.
 */
export interface Folded {
  /** What to look for. */
  word: string;
  /** Letters of a text, and what each becomes; those without a counterpart in `to` are left out. */
  from: string;
  to: string;
}

/** The one letter that becomes two: i and a dot above. */
const DOTTED_I = "\u0130";
const DOT_ABOVE = "\u0307";
/** The one that depends on where it stands: at the end of a word it is another one. */
const SIGMA = "\u03c3";
const FINAL_SIGMA = "\u03c2";
/** Beyond it no script has upper and lower case. */
const LAST_CASED = 0x1e943;

/**
 * Of every text in which `word` is once it is in lower case, the translated text has the folded word. A few others may
 * have it too, so what is found is looked at again.
 *
 * @param word in lower case
 */
export function fold(word: string): Folded {
  const dotted = word.includes("i") || word.includes(DOT_ABOVE);
  const folded = word.replaceAll(FINAL_SIGMA, SIGMA).replaceAll(DOT_ABOVE, "");
  const pairs: [string, string][] = dotted ? [[DOTTED_I, "i"]] : [];
  for (const letter of new Set(folded)) {
    for (const upper of uppers().get(letter) ?? []) pairs.push([upper, letter]);
    if (letter === SIGMA) pairs.push([FINAL_SIGMA, SIGMA]);
  }
  const [from, to] = [0, 1].map((i) => pairs.map((pair) => pair[i]).join("")) as [string, string];
  return { word: folded, from: dotted ? from + DOT_ABOVE : from, to };
}

let known: Map<string, string[]> | undefined;

/** By a lower-case letter, all others that become it. Made when it is needed first: 5 ms. */
function uppers(): Map<string, string[]> {
  if (known) return known;
  known = new Map();
  for (let code = 0; code <= LAST_CASED; code++) {
    const letter = String.fromCodePoint(code);
    const lower = letter.toLowerCase();
    if (lower === letter || letter === DOTTED_I) continue;
    known.set(lower, [...(known.get(lower) ?? []), letter]);
  }
  return known;
}
