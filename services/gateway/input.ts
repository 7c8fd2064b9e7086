import type { JSONSchema } from "json-schema-to-ts";

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
