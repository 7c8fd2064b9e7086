import { describe, expect, it } from "vitest";
import { seeded } from "../../test/support/random.ts";
import { fold } from "./fold.ts";

/** As Postgres does it. */
function translate(text: string, { from, to }: { from: string; to: string }): string {
  const [letters, others] = [[...from], [...to]];
  return [...text]
    .map((letter) => {
      const at = letters.indexOf(letter);
      return at === -1 ? letter : (others[at] ?? "");
    })
    .join("");
}

const isFound = (text: string, word: string) => translate(text, fold(word)).includes(fold(word).word);

describe("a folded word is found in every text that has it in lower case", () => {
  it.each([
    ["Good MORNING", "morning"],
    ["ÄNNA", "änna"],
    ["\u212Aelvin", "kelvin"],
    ["\u0130stanbul", "i\u0307stan"],
    ["\u0130stanbul", "\u0307stan"],
    ["ΟΔΟΣ", "οδος"],
    ["ΟΔΟΣ!", "οδος"],
    ["ΟΔΟΣΑ", "σα"],
    ["ПРИВЕТ", "привет"],
    ["\u{10400}", "\u{10428}"],
    ["100% \\_o_/", "% \\_"],
    ["🦄 party 🎉", "🎉"],
  ])("%s: %s", (text, word) => {
    expect(text.toLowerCase()).toContain(word);
    expect(isFound(text, word)).toBe(true);
  });

  it("whatever the text is", () => {
    const random = seeded(7);
    const letters = [..."aAkK\u212AiI\u0130\u0307sSσςΣäÄßẞ%_\\ .🎉İıǅǆ"];
    const text = (length: number) => Array.from({ length }, () => letters[random(letters.length)]).join("");
    for (let round = 0; round < 3_000; round++) {
      const [whole, word] = [text(8), text(1 + random(3)).toLowerCase()];
      if (whole.toLowerCase().includes(word)) expect([whole, word, isFound(whole, word)]).toEqual([whole, word, true]);
    }
  });
});

it("is not found where it is not", () => {
  expect([isFound("Good evening", "morning"), isFound("a.b", "a%b"), isFound("aXb", "a_b")]).toEqual([
    false,
    false,
    false,
  ]);
});

it("every letter is found by its lower case", () => {
  for (let code = 0x20; code < 0x20000; code++) {
    if (code >= 0xd800 && code < 0xe000) continue;
    const letter = String.fromCodePoint(code);
    const lower = letter.toLowerCase();
    if (lower !== letter && !isFound(letter, lower)) expect.fail(`U+${code.toString(16)}`);
  }
});
