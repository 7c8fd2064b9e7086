import { type EventType, unifiedEventSchema } from "../../contracts/unified-event.ts";

/** What a field of an event holds, as far as a condition is concerned. */
export interface Field {
  type: "number" | "string" | "boolean";
  /** Of a number that every event has: none has less. */
  minimum?: number;
}

interface Schema {
  type?: string;
  const?: unknown;
  enum?: readonly unknown[];
  minimum?: number;
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
  for (const name of ["isModerator", "isSubscriber", "isFollower"]) found.set(`inherited.${name}`, { type: "boolean" });
  for (const name of ["followRole", "gifterLevel", "teamMemberLevel", "topGifterRank"]) {
    found.set(`inherited.${name}`, { type: "number" });
  }
  return found;
}

/**
 * Objects within objects are followed, lists are not.
 *
 * @param isCertain whether every event has it
 */
function collect(found: Map<string, Field>, path: string, schema: Schema, isCertain: boolean): void {
  const { type, properties, required = [], anyOf, minimum } = schema;
  if (anyOf) collect(found, path, anyOf.at(-1) as Schema, false);
  else if (properties) {
    for (const [name, inner] of Object.entries(properties)) {
      collect(found, `${path}.${name}`, inner, isCertain && required.includes(name));
    }
  } else if (type === "integer" || type === "number") {
    found.set(path, { type: "number", ...(isCertain && minimum !== undefined && { minimum }) });
  } else if (type === "string" || type === "boolean") found.set(path, { type });
  else if (schema.enum) found.set(path, { type: "string" });
}
