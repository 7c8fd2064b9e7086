import project from "../../../package.json" with { type: "json" };
import { table } from "../routes.ts";
import { asyncapiOf } from "./asyncapi.ts";
import { channels } from "./channels.ts";
import { type OpenApi, openapiOf } from "./openapi.ts";

/** The OpenAPI document that this gateway serves. */
export const openapi = (): OpenApi => openapiOf(table, project.version);

/** The documents as files, so that a change of the API is seen in a review: path to text. See `npm run contracts`. */
export function documentFiles(): Map<string, string> {
  const print = (document: object) => `${JSON.stringify(document, null, 2)}\n`;
  return new Map([
    ["contracts/json/openapi.json", print(openapi())],
    ["contracts/json/asyncapi.json", print(asyncapiOf(channels, project.version))],
  ]);
}
