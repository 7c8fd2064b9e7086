/** Deepest nesting we accept: JSON.parse takes millions of levels, JSON.stringify dies at about 4,000. */
export const MAX_DEPTH = 64;

/** JSON text that must not enter the pipeline. The message names the fault, never the content. */
export class JsonError extends Error {
  override name = "JsonError";
}

/** A number of so many digits may be more than a double holds: only then is the slow, exact reviver worth its price. */
const LONG = 16;

/**
 * Parses JSON without changing what it says: integers beyond 2^53 stay exact, as strings of their digits.
 *
 * @throws JsonError when the text is no JSON, nests deeper than `maxDepth` or holds a number no double can
 */
export function parseJson(text: string, maxDepth = MAX_DEPTH): unknown {
  const isInexact = mayBeInexact(text, maxDepth);
  try {
    return JSON.parse(text, isInexact ? exact : undefined);
  } catch (error) {
    if (error instanceof JsonError) throw error;
    throw new JsonError("not valid JSON"); // V8's own message quotes the text, which may be personal
  }
}

function exact(this: unknown, _key: string, value: unknown, context?: { source: string }): unknown {
  if (typeof value !== "number") return value;
  if (!Number.isFinite(value)) throw new JsonError("JSON holds a number outside the range of a double");
  const source = context?.source ?? "";
  return Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?\d+$/.test(source) ? source : value;
}

/**
 * Whether a number outside strings is long or has an exponent. Looks at no more than it must: strings are jumped over.
 *
 * @throws JsonError when brackets nest deeper than `maxDepth`
 */
function mayBeInexact(text: string, maxDepth: number): boolean {
  let isInexact = false;
  let depth = 0;
  let digits = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char >= 0x30 && char <= 0x39) {
      if (++digits >= LONG) isInexact = true;
      continue;
    }
    if (digits > 0 && (char | 0x20) === 0x65) isInexact = true; // e or E
    digits = 0;
    if (char === 0x22) i = endOfString(text, i);
    else if (char === 0x5b || char === 0x7b) {
      if (++depth > maxDepth) throw new JsonError(`JSON nests deeper than ${maxDepth} levels`);
    } else if (char === 0x5d || char === 0x7d) depth--;
  }
  return isInexact;
}

/** Where the string that begins at `start` ends: at a quote that no odd number of backslashes stands before. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charCodeAt(before) === 0x5c) before--;
    if ((end - before) % 2 === 1) return end;
  }
  return text.length;
}
