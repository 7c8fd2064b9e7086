/** A JSON Schema as it is walked through here. */
export interface Schema {
  title?: string;
  const?: unknown;
  $ref?: string;
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  discriminator?: unknown;
  [keyword: string]: unknown;
}

/** Keywords that hold a schema, a list of them, or several by name. */
const one = ["items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"];
const many = ["anyOf", "oneOf", "allOf"];
const named = ["properties", "patternProperties"];

/**
 * Schemas that a document tells once and refers to from then on: those with a `title`, under that name.
 *
 * @param discriminator how the document tells which property names the variant, and which variant it then is
 */
export class Components {
  readonly schemas: Record<string, Schema> = {};
  readonly #discriminator: (propertyName: string, mapping: Record<string, string>) => unknown;
  constructor(discriminator: (propertyName: string, mapping: Record<string, string>) => unknown) {
    this.#discriminator = discriminator;
  }

  /**
   * `schema` with a reference in the place of each part that has a title.
   *
   * @throws Error when two different schemas have the same title
   */
  refer(schema: object): Schema {
    const { $id: _, $schema: __, title, ...rest } = this.#inside(schema as Schema);
    if (title === undefined) return rest;
    const name = title.replaceAll(/[^\w.-]+/g, "");
    const known = this.schemas[name];
    if (known && JSON.stringify(known) !== JSON.stringify(rest)) throw new Error(`Two schemas have the title ${name}.`);
    this.schemas[name] = rest;
    return { $ref: `#/components/schemas/${name}` };
  }

  /** In the order of their names, so that a document tells the same in the same order. */
  sorted(): Record<string, Schema> {
    return Object.fromEntries(Object.entries(this.schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #inside(schema: Schema): Schema {
    const walked = Object.entries(schema).map(([keyword, value]): [string, unknown] => {
      if (typeof value !== "object" || value === null) return [keyword, value];
      if (one.includes(keyword)) return [keyword, this.refer(value)];
      if (many.includes(keyword)) return [keyword, (value as object[]).map((each) => this.refer(each))];
      if (named.includes(keyword)) return [keyword, mapValues(value as Record<string, object>, (v) => this.refer(v))];
      return [keyword, value];
    });
    const result: Schema = Object.fromEntries(walked);
    const { discriminator, oneOf = [] } = schema;
    if (discriminator) {
      const { propertyName } = discriminator as { propertyName: string };
      const pairs = oneOf.map((variant, i) => [variant.properties?.[propertyName]?.const, result.oneOf?.[i]?.$ref]);
      result.discriminator = this.#discriminator(propertyName, Object.fromEntries(pairs));
    }
    return result;
  }
}

const mapValues = <From, To>(record: Record<string, From>, to: (value: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, to(value)]));
