import type { JSONSchema } from "json-schema-to-ts";
import { textOrNull } from "./fields.ts";

/** The schema of an object of these fields and no others, of which those that are `required` must be there. */
export const object = <
  const Properties extends Record<string, JSONSchema>,
  const Required extends readonly (keyof Properties & string)[],
>(
  properties: Properties,
  required: Required,
) => ({ type: "object", additionalProperties: false, required, properties }) as const;

/** The schema of an object of exactly these fields. All of them must be there, but those named `optional`. */
export const exactly = <
  const Properties extends Record<string, JSONSchema>,
  const Optional extends keyof Properties & string = never,
>(
  properties: Properties,
  optional: readonly Optional[] = [],
) => {
  type Required = Exclude<keyof Properties & string, Optional>;
  const isRequired = (name: string): name is Required => !(optional as readonly string[]).includes(name);
  const required: readonly Required[] = Object.keys(properties).filter(isRequired);
  return object<Properties, readonly Required[]>(properties, required);
};

/**
 * The same with a name.
 *
 * @param title the component of the OpenAPI document that it becomes, the type of generated clients: unique
 */
export const exact = <
  const Title extends string,
  const Properties extends Record<string, JSONSchema>,
  const Optional extends keyof Properties & string = never,
>(
  title: Title,
  properties: Properties,
  optional: readonly Optional[] = [],
) => ({ title, ...exactly(properties, optional) }) as const;

/** The schema of a page, named for its items: `StreamPage`. */
export const pageOf = <const Title extends string, const Item extends JSONSchema>(title: Title, items: Item) =>
  exact(title, {
    items: { type: "array", items },
    next: { ...textOrNull, description: "give it back as `after` for the next page; null at the end" },
  });
