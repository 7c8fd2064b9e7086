import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { Validators } from "moleculer";
import { isAllowList } from "./egress/allow-list.ts";
import { isHttpBase, isHttpHost } from "./http-base.ts";

/** One Ajv setting for everything that ttlc validates; knows the keywords and formats of contracts/. */
export function createAjv(options: { coerceTypes?: boolean; useDefaults?: boolean; allErrors?: boolean } = {}): Ajv {
  const ajv = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true, discriminator: true, ...options });
  for (const keyword of ["x-personal", "x-secret", "x-example", "x-expected"]) ajv.addKeyword(keyword);
  ajv.addFormat("http-base", isHttpBase).addFormat("http-host", isHttpHost).addFormat("egress-allow", isAllowList);
  return addFormats.default(ajv, { mode: "fast" });
}

/** The field an error is about, dotted: `owner.id`. */
export function fieldOf({ instancePath, params }: ErrorObject): string {
  return [...instancePath.split("/").slice(1), params.missingProperty ?? params.additionalProperty]
    .filter(Boolean)
    .join(".");
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
    return (params: Record<string, unknown>) =>
      (check(params) ||
        check.errors?.map((error) => ({
          type: error.keyword,
          field: fieldOf(error),
          message: error.message,
        }))) as boolean;
  }
}
