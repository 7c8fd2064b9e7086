import type { JSONSchema } from "json-schema-to-ts";
import { invalid } from "./errors.ts";

/** The schema of an input: these fields and no others. */
export const fields = <
  const Properties extends Record<string, JSONSchema>,
  const Required extends readonly (keyof Properties & string)[] = readonly [],
>(
  properties: Properties,
  required: Required = [] as unknown as Required,
) => ({ type: "object", additionalProperties: false, required, properties }) as const;

export const nothing = fields({});

/** A stream's id, or a streamer's name. */
export const id = { type: "string", pattern: "^\\P{Cc}{1,64}$" } as const;

/** Where a list goes on, and how far. */
export const page = {
  after: { type: "string", pattern: "^[\\x21-\\x7e]{1,512}$" },
  limit: { type: "integer", minimum: 1, maximum: 500, default: 100 },
} as const;

export const instant = { type: "string", format: "date-time" } as const;

/**
 * An instant of `field` as everybody takes it; the format alone lets a 39th of March pass.
 *
 * @throws ApiError 400
 */
export function instantOf(field: string, text: string): string {
  const ms = Date.parse(text);
  const iso = Number.isNaN(ms) ? "" : new Date(ms).toISOString();
  if (/^(?!0000)\d{4}-/.test(iso)) return iso;
  throw invalid([{ field, message: "must be an instant of ISO 8601" }]);
}
