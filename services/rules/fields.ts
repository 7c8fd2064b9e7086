import { type EventType, unifiedEventSchema } from "../../contracts/unified-event.ts";

/** What a field of an event holds, as far as a condition is concerned. */
export interface Field {
  type: "number" | "string" | "boolean";
  /** Every event has it. */
  isCertain: boolean;
  /** Of a number: none has less, or more. */
  minimum?: number;
  maximum?: number;
  /** Of a text: all that it may be. */
  values?: readonly string[];
  /** Of a text: it is never empty. */
  isFilled?: boolean;
}

interface Schema {
  type?: string;
  const?: unknown;
  enum?: readonly unknown[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  format?: string;
  anyOf?: readonly Schema[];
  properties?: Record<string, Schema>;
  required?: readonly string[];
}

/** Fields of every event that are the same for all that a rule ever sees, or say nothing about it. */
const leftOut = new Set(["schemaVersion", "eventType", "source", "eventId", "isHistory", "ingestedAt"]);

/**
 * By event type, what a condition may read: single values of the event, by their path from its contract. `inherited.*` is
 * what earlier messages of the same person told (see ServedEvent).
 */
const fields: Record<EventType, ReadonlyMap<string, Field>> = Object.fromEntries(
  unifiedEventSchema.oneOf.map((variant) => [variant.properties.eventType.const, fieldsOf(variant as Schema)]),
) as Record<EventType, ReadonlyMap<string, Field>>;

/** The fields that a condition on this type of event may read, by path. */
export const fieldsFor = (eventType: EventType): ReadonlyMap<string, Field> => fields[eventType];

function fieldsOf(variant: Schema): ReadonlyMap<string, Field> {
  const found = new Map<string, Field>();
  for (const [name, schema] of Object.entries(variant.properties ?? {})) {
    if (!leftOut.has(name)) collect(found, name, schema, variant.required?.includes(name) ?? false);
  }
  for (const name of ["isModerator", "isSubscriber", "isFollower"])
    found.set(`inherited.${name}`, { type: "boolean", isCertain: false });
  for (const name of ["followRole", "gifterLevel", "teamMemberLevel", "topGifterRank"]) {
    found.set(`inherited.${name}`, { type: "number", isCertain: false });
  }
  return found;
}

/**
 * Objects within objects are followed, lists are not.
 *
 * @param isCertain whether every event has it
 */
function collect(found: Map<string, Field>, path: string, schema: Schema, isCertain: boolean): void {
  const { type, properties, required = [], anyOf, minimum, maximum } = schema;
  if (anyOf) collect(found, path, anyOf.at(-1) as Schema, false);
  else if (properties) {
    for (const [name, inner] of Object.entries(properties)) {
      collect(found, `${path}.${name}`, inner, isCertain && required.includes(name));
    }
  } else if (type === "integer" || type === "number") {
    found.set(path, {
      ...{ type: "number", isCertain },
      ...(minimum !== undefined && { minimum }),
      ...(maximum !== undefined && { maximum }),
    });
  } else if (type === "boolean") found.set(path, { type, isCertain });
  else if (type === "string") found.set(path, { type, isCertain, isFilled: isFilled(schema) });
  else if (schema.enum) found.set(path, { type: "string", isCertain, values: schema.enum as string[], isFilled: true });
}

function isFilled({ minLength = 0, format }: Schema): boolean {
  return minLength > 0 || format !== undefined;
}
