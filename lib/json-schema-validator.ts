import { _, Ajv, type CodeKeywordDefinition, type ErrorObject, str, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { Validators } from "moleculer";
import { isAllowList } from "./egress/allow-list.ts";
import { isHttpBase, isHttpHost } from "./http-base.ts";

/** One Ajv setting for everything that ttlc validates; knows the keywords and formats of contracts/. */
export function createAjv(options: { coerceTypes?: boolean; useDefaults?: boolean; allErrors?: boolean } = {}): Ajv {
  const ajv = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true, discriminator: true, ...options });
  ajv.removeKeyword("maxLength").addKeyword(maxLength);
  for (const keyword of ["x-personal", "x-secret", "x-example", "x-expected"]) ajv.addKeyword(keyword);
  ajv.addFormat("http-base", isHttpBase).addFormat("http-host", isHttpHost).addFormat("egress-allow", isAllowList);
  return addFormats.default(ajv, { mode: "fast" });
}

/** Ajv's own counts the characters of every text; this one only of a text that has more UTF-16 units than the limit. */
const maxLength: CodeKeywordDefinition = {
  keyword: "maxLength",
  before: "minLength",
  type: "string",
  schemaType: "number",
  error: {
    message: ({ schemaCode }) => str`must NOT have more than ${schemaCode} characters`,
    params: ({ schemaCode }) => _`{limit: ${schemaCode}}`,
  },
  code(cxt) {
    const { gen, data, schemaCode } = cxt;
    const count = gen.scopeValue("func", { ref: characters });
    cxt.fail(_`${data}.length > ${schemaCode} && ${count}(${data}) > ${schemaCode}`);
  },
};

function characters(text: string): number {
  let count = 0;
  for (const _character of text) count++;
  return count;
}

/** The field an error is about, dotted: `owner.id`. */
function fieldOf({ instancePath, params }: ErrorObject): string {
  return [...instancePath.split("/").slice(1), params.missingProperty ?? params.additionalProperty]
    .filter(Boolean)
    .join(".");
}

/** What is wrong with one field. */
interface Problem {
  /** The keyword of the schema that does not hold. */
  type: string;
  field: string;
  message: string;
}

/** What is wrong, each fault once, without the values that are. */
export function problemsOf({ errors }: ValidateFunction): Problem[] {
  const all = (errors ?? []).map((error) => ({
    type: error.keyword,
    field: [fieldOf(error), error.params.tag].filter(Boolean).join("."),
    message: messageOf(error),
  }));
  return all.filter(
    ({ type, field }) => type !== "discriminator" || all.every((other) => other.type === type || other.field !== field),
  );
}

function messageOf({ keyword, params, message = "" }: ErrorObject): string {
  if (keyword === "enum") return `must be one of: ${params.allowedValues.join(", ")}`;
  return keyword === "pattern" && params.pattern === "\\S" ? "must have a character that is no space" : message;
}

/** What is wrong, without the values that are: `payload.coins must be >= 0`. */
export function describeErrors(check: ValidateFunction): string {
  return (check.errors ?? []).map((error) => `${fieldOf(error) || "it"} ${error.message}`).join("; ");
}

/**
 * Lets every action state its parameters in JSON Schema, the language of contracts/. Moleculer's own `$node.*`
 * actions speak fastest-validator; those go on to the parent class.
 */
export class JsonSchemaValidator extends Validators.Fastest {
  readonly #ajv = createAjv({ coerceTypes: true, useDefaults: true, allErrors: true });

  override compile(schema: Record<string, unknown>) {
    if (schema.type !== "object") return super.compile(schema);
    const check = this.#ajv.compile(schema);
    // The broker takes `true` or a list of errors, which it turns into a 422 ValidationError; it must not throw.
    return (params: Record<string, unknown>) => (check(params) || problemsOf(check)) as boolean;
  }
}
