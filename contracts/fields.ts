/** Schemas of single fields that many contracts have. */

export const text = { type: "string" } as const;
export const textOrNull = { type: ["string", "null"] } as const;
export const uuid = { type: "string", format: "uuid" } as const;
export const uuidOrNull = { type: ["string", "null"], format: "uuid" } as const;
/** RFC 3339. */
export const instant = { type: "string", format: "date-time" } as const;
export const instantOrNull = { type: ["string", "null"], format: "date-time" } as const;
export const count = { type: "integer", minimum: 0 } as const;
export const countOrNull = { type: ["integer", "null"], minimum: 0 } as const;
/** An entry id of a stream, `ms-seq`. */
export const position = { type: "string", pattern: "^(\\d{1,12}|[0-7]\\d{12})-\\d{1,7}$" } as const;
/** What connects to a room. */
export const provider = { enum: ["direct", "euler", "simulator"] } as const;
