/** Deepest nesting we accept: JSON.parse takes millions of levels, JSON.stringify dies at about 4,000. */
export const MAX_DEPTH = 64;

/** JSON text that must not enter the pipeline. The message names the fault, never the content. */
export class JsonError extends Error {
  override name = "JsonError";
}

/** Numbers that a double may not hold: only then is the slow, exact reviver worth its price. */
const INEXACT = /[:[,]\s*-?\d{16}|\d[eE][+-]?\d{3}|^\s*-?\d{16}/;

/**
 * Parses JSON without changing what it says: integers beyond 2^53 stay exact, as strings of their digits.
 *
 * @throws JsonError when the text is no JSON, nests deeper than `maxDepth` or holds a number no double can
 */
export function parseJson(text: string, maxDepth = MAX_DEPTH): unknown {
  if (depthOf(text) > maxDepth) throw new JsonError(`JSON nests deeper than ${maxDepth} levels`);
  try {
    return JSON.parse(text, INEXACT.test(text) ? exact : undefined);
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

/** Deepest nesting of brackets outside strings, without parsing. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === 0x22) {
      i++;
      while (i < text.length && text.charCodeAt(i) !== 0x22) i += text.charCodeAt(i) === 0x5c ? 2 : 1;
    } else if (char === 0x5b || char === 0x7b) {
      depth++;
      if (depth > deepest) deepest = depth;
    } else if (char === 0x5d || char === 0x7d) depth--;
  }
  return deepest;
}
