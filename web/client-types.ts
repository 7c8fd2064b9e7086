import openapiTypescript, { astToString } from "openapi-typescript";

export const clientTypesFile = "web/src/lib/openapi.d.ts";

/** The types of the dashboard's client, from the API's document: the text of `clientTypesFile`. */
export async function clientTypes(document: object): Promise<string> {
  const types = astToString(await openapiTypescript(structuredClone(document) as never, { silent: true }));
  return `/** Printed from contracts/json/openapi.json by \`npm run contracts\`. */\n\n${types}`;
}
