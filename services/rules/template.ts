import type { ServedEvent } from "../../contracts/api.ts";
import { type Placeholder, placeholdersOf } from "../../contracts/placeholders.ts";
import type { EventType } from "../../contracts/unified-event.ts";
import { JsonError, parseJson } from "../../lib/json.ts";

/** Where a text goes, which decides how what viewers wrote is made harmless in it. */
export type Target = "text" | "log" | "url" | "html" | "markdown";

/** The seed's placeholders (001, 3.6): there are no others. */
const placeholders: Record<Placeholder, (event: ServedEvent) => string | number | undefined> = {
  username: ({ user }) => user?.uniqueId,
  displayName: ({ user }) => user?.displayName || user?.uniqueId,
  giftName: (event) => (event.eventType === "GIFT" ? event.payload.giftName : undefined),
  giftCount: (event) => (event.eventType === "GIFT" ? event.payload.giftCount : undefined),
  coins: (event) => (event.eventType === "GIFT" ? event.payload.coins : undefined),
  message: (event) => (event.eventType === "CHAT" ? event.payload.message : undefined),
  eventType: ({ eventType }) => eventType,
  timestamp: ({ timestamp }) => timestamp,
  streamId: ({ streamId }) => streamId,
};

export const templateLimits = {
  /** Characters of a template as it is written. */
  source: 1_000,
  placeholders: 50,
  /** Characters of what comes out: TikTok takes no longer chat message than that of `text`. */
  rendered: { text: 150, log: 2_000, url: 2_000, html: 20_000, markdown: 2_000 } as const satisfies Record<
    Target,
    number
  >,
  /** Bytes of a JSON body. */
  json: 20_000,
};

/** A template that was read: plain text and placeholders in turn. */
export class Template {
  readonly parts: readonly (string | { placeholder: Placeholder })[];
  constructor(parts: Template["parts"]) {
    this.parts = parts;
  }
}

/**
 * @param eventType of the events that it is to be filled in with; null: what they do not have is left empty
 * @returns the template, or what is wrong with it
 */
export function readTemplate(
  source: string,
  eventType: EventType | null,
): { template: Template; problem?: never } | { problem: string } {
  if (source.length > templateLimits.source) return { problem: `is longer than ${templateLimits.source} characters` };
  const parts: (string | { placeholder: Placeholder })[] = [];
  let at = 0;
  for (const found of source.matchAll(/\{([^{}]*)\}/g)) {
    const name = found[1] as string;
    const known: readonly string[] = eventType ? placeholdersOf(eventType) : Object.keys(placeholders);
    if (!known.includes(name)) {
      const there = known.map((each) => `{${each}}`).join(" ");
      return { problem: `has the placeholder {${name.slice(0, 40)}}; of ${eventType} events there are ${there}` };
    }
    if (found.index > at) parts.push(source.slice(at, found.index));
    parts.push({ placeholder: name as Placeholder });
    at = found.index + found[0].length;
  }
  if (at < source.length) parts.push(source.slice(at));
  if (parts.filter((part) => typeof part === "object").length > templateLimits.placeholders) {
    return { problem: `has more than ${templateLimits.placeholders} placeholders` };
  }
  return { template: new Template(parts) };
}

/**
 * The template filled in with an event, once: what a viewer wrote is never looked at for placeholders. What the event
 * does not have is left out.
 *
 * @returns at most as many characters as fit the target; a longer text ends in …
 */
export function render({ parts }: Template, event: ServedEvent, target: Target): string {
  let text = "";
  for (const part of parts) {
    text += typeof part === "string" ? ownText[target](part) : harmless[target](filling(part.placeholder, event));
    if (text.length > templateLimits.rendered[target]) return cut(text, templateLimits.rendered[target]);
  }
  return text;
}

/** A JSON body whose texts are templates: filled in as a tree, so that no text can become anything else than a text. */
export type JsonTemplate = Template | number | boolean | null | JsonTemplate[] | { [name: string]: JsonTemplate };

/**
 * @param eventType as of `readTemplate`
 * @returns the template, or what is wrong with it
 */
export function readJsonTemplate(
  source: string,
  eventType: EventType | null,
): { template: JsonTemplate; problem?: never } | { problem: string } {
  if (source.length > templateLimits.source) return { problem: `is longer than ${templateLimits.source} characters` };
  const found: string[] = [];
  const read = (value: unknown): JsonTemplate => {
    if (typeof value === "string") {
      const reading = readTemplate(value, eventType);
      if (reading.problem === undefined) return reading.template;
      found.push(reading.problem);
      return null;
    }
    if (Array.isArray(value)) return value.map(read);
    if (typeof value !== "object" || value === null) return value as number | boolean | null;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, read(inner)]));
  };
  try {
    const template = read(parseJson(source));
    return found[0] === undefined ? { template } : { problem: found[0] };
  } catch (error) {
    if (error instanceof JsonError) return { problem: `is no JSON: ${error.message}` };
    throw error;
  }
}

/** The body as JSON, its texts as long as it fits its limit with them: longer ones end in …. */
export function renderJson(template: JsonTemplate, event: ServedEvent): string {
  for (let most: number = templateLimits.json; ; most = Math.floor(most / 2)) {
    const body = JSON.stringify(fill(template, event, most));
    if (most <= 1 || Buffer.byteLength(body) <= templateLimits.json) return body;
  }
}

/** @param most characters of each text */
function fill(template: JsonTemplate, event: ServedEvent, most: number): unknown {
  if (Array.isArray(template)) return template.map((item) => fill(item, event, most));
  if (typeof template !== "object" || template === null) return template;
  if (!isTemplate(template)) {
    return Object.fromEntries(Object.entries(template).map(([name, inner]) => [name, fill(inner, event, most)]));
  }
  const parts = template.parts.map((part) => (typeof part === "string" ? part : filling(part.placeholder, event)));
  const text = parts.join("");
  return text.length > most ? cut(text, most) : text;
}

const isTemplate = (value: object): value is Template => value instanceof Template;
const filling = (placeholder: Placeholder, event: ServedEvent) =>
  String(placeholders[placeholder](event) ?? "").toWellFormed();

type Escape = (value: string) => string;

/** One line, without what a chat or a header would take for more than text. */
const oneLine: Escape = (value) => value.replace(/[\p{Cc}\u2028\u2029]+/gu, " ");
/** A mention that nobody is to be called by: the character behind the @ is not part of a word any more. */
const noMention: Escape = (value) => value.replace(/@(?=\S)/g, "@\u200b");

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** For what viewers wrote. */
const harmless: Record<Target, Escape> = {
  text: (value) => noMention(oneLine(value)),
  log: oneLine,
  url: (value) => encodeURIComponent(value),
  html: (value) => value.replace(/[&<>"']/g, (each) => entities[each] as string),
  markdown: (value) => noMention(oneLine(value)).replace(/[\\`*_{}[\]()#+.!|<>~-]/g, "\\$&"),
};

/** For what the streamer wrote: as it is, but for what no line may have. */
const ownText: Record<Target, Escape> = {
  text: oneLine,
  log: oneLine,
  url: (value) => value,
  html: (value) => value,
  markdown: oneLine,
};

/** Not within a character of two units. */
function cut(text: string, length: number): string {
  const end = length - 1;
  const isHalf = /[\ud800-\udbff]/.test(text[end - 1] ?? "");
  return `${text.slice(0, isHalf ? end - 1 : end)}…`;
}
