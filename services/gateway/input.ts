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

/** A part of time: from an instant on, up to and without another. */
export const range = {
  from: { type: "string", format: "date-time", description: "inclusive" },
  to: { type: "string", format: "date-time", description: "exclusive" },
} as const;

/** What a calendar and Postgres agree on. */
const [EARLIEST, LATEST] = [Date.UTC(2000, 0), Date.UTC(2100, 0)];

/** @throws ApiError 400 when a range names no instants, or ends before it begins */
export function assertForwards(bounds: { from?: string; to?: string }): void {
  const problems = (["from", "to"] as const).filter((field) => {
    const at = bounds[field] === undefined ? EARLIEST : Date.parse(bounds[field]);
    return !(at >= EARLIEST && at <= LATEST);
  });
  if (problems.length > 0) {
    throw invalid(problems.map((field) => ({ field, message: "must be an instant between 2000 and 2100" })));
  }
  const { from, to } = bounds;
  if (from === undefined || to === undefined || Date.parse(from) < Date.parse(to)) return;
  throw invalid([{ field: "to", message: "must be after `from`" }]);
}
