import { readFileSync } from "node:fs";
import asyncapiSpecs from "@asyncapi/specs";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { asyncapiOf } from "../../services/gateway/documents/asyncapi.ts";
import { channels } from "../../services/gateway/documents/channels.ts";
import { documentFiles, openapi } from "../../services/gateway/documents/files.ts";
import type { Operation } from "../../services/gateway/documents/openapi.ts";
import { table } from "../../services/gateway/routes.ts";
import { clientTypes, clientTypesFile } from "../../web/client-types.ts";

it.each([...documentFiles()])("%s is up to date (npm run contracts)", (file, text) => {
  expect(readFileSync(file, "utf8")).toBe(text);
});

it(`${clientTypesFile} is up to date (npm run contracts)`, async () => {
  expect(readFileSync(clientTypesFile, "utf8")).toBe(await clientTypes(openapi()));
});

describe("the OpenAPI document", () => {
  const document = openapi();
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [`${method} ${path}`, operation]),
  );

  it("is one, by the schema of OpenAPI 3.1", async () => {
    const validator = new Validator({ strict: false });
    expect(await validator.validate(structuredClone(document) as never)).toEqual({ valid: true });
    expect(validator.version).toBe("3.1");
  });

  it("refers to nothing that is not in it", () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#([^"]+)"/g)].map(([, pointer]) => pointer as string);
    const lost = [...new Set(refs)].filter((pointer) => resolve(document, pointer) === undefined);
    expect([lost, refs.length > 100]).toEqual([[], true]);
  });

  it("has every route but the pages, and each operationId once", () => {
    const ids = operations.map(([, { operationId }]) => operationId);
    expect(ids.toSorted()).toEqual(table.flatMap(({ id, isPage }) => (isPage ? [] : [id])).toSorted());
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(operations)("%s tells its answers and how to ask", (_, { responses, parameters, requestBody, ...rest }) => {
    expect(Object.keys(responses)).toEqual(expect.arrayContaining([expect.stringMatching(/^[23]/), "default"]));
    expect(rest.summary).toMatch(/^\P{Ll}/u);
    if (requestBody?.required) expect(requestBody.content["application/json"]).toHaveProperty("example");
    const told = parameters.filter((each) => "in" in each && each.in === "query");
    expect(told.filter((each) => !("description" in each))).toEqual([]);
  });

  it("says of every tag what it is about", () => {
    expect(document.tags.filter(({ description }) => !description)).toEqual([]);
  });
});

it("the AsyncAPI document is one, by AsyncAPI's own schema of 3.0", () => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const check = ajv.compile(asyncapiSpecs.schemasWithoutId["3.0.0"]);
  const document = JSON.parse(JSON.stringify(asyncapiOf(channels, "1.0.0")));
  expect([check(document), check.errors]).toEqual([true, null]);
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#([^"]+)"/g)].map(([, pointer]) => pointer as string);
  expect(refs.filter((pointer) => resolve(document, pointer) === undefined)).toEqual([]);
});

/** What a JSON pointer names in `document`, if it names anything. */
function resolve(document: object, pointer: string): unknown {
  const steps = pointer.split("/").slice(1);
  return steps.reduce<unknown>((at, step) => {
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    return (at as Record<string, unknown> | undefined)?.[name];
  }, document);
}
