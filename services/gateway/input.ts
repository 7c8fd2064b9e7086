import type { JSONSchema } from "json-schema-to-ts";
import { object } from "../../contracts/exact.ts";
import { instant } from "../../contracts/fields.ts";
import { invalid } from "./errors.ts";

/** The schema of an input: these fields and no others. */
export const fields = <
  const Properties extends Record<string, JSONSchema>,
  const Required extends readonly (keyof Properties & string)[] = readonly [],
>(
  properties: Properties,
  required: Required = [] as unknown as Required,
) => object(properties, required);

export const nothing = fields({});

/** A stream's id, or a streamer's name. */
export const id = { type: "string", pattern: "^\\P{Cc}{1,64}$" } as const;

/** Where a list goes on, and how far. */
export const page = {
  after: { type: "string", pattern: "^[\\x21-\\x7e]{1,512}$", description: "`next` of the page before." },
  limit: { type: "integer", minimum: 1, maximum: 500, default: 100, description: "Items of a page." },
} as const;

/** A part of time: from an instant on, up to and without another. */
export const range = {
  from: { ...instant, description: "inclusive" },
  to: { ...instant, description: "exclusive" },
} as const;

/** @throws ApiError 400 when a range ends before it begins */
export function assertForwards({ from, to }: { from?: string | undefined; to?: string | undefined }): void {
  if (from === undefined || to === undefined || Date.parse(from) < Date.parse(to)) return;
  throw invalid([{ field: "to", message: "must be after `from`" }]);
}
