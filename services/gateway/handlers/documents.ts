import { createHash } from "node:crypto";
import project from "../../../package.json" with { type: "json" };
import { asyncapiOf } from "../documents/asyncapi.ts";
import { channels } from "../documents/channels.ts";
import { openapiOf } from "../documents/openapi.ts";
import { nothing } from "../input.ts";
import { Reply, type Route, type RouteFacts, route } from "../route.ts";

/**
 * The documents of the API, which tell of these very routes too.
 *
 * @param table of all routes; asked when somebody wants a document, since that is when it is whole
 */
export const documents = (table: () => readonly RouteFacts[]): Route[] => [
  document("openapi", "This API as OpenAPI 3.1", () => openapiOf(table(), project.version)),
  document("asyncapi", "The live feeds and the streams behind them as AsyncAPI 3", () =>
    asyncapiOf(channels, project.version),
  ),
];

function document(name: "openapi" | "asyncapi", summary: string, make: () => object): Route {
  let made: { text: string; etag: string } | undefined;
  return route(
    {
      path: `GET /${name}.json`,
      id: `get${name === "openapi" ? "OpenApi" : "AsyncApi"}`,
      summary,
      right: "anybody",
      input: nothing,
      answers: { 200: { type: "object" }, 304: null },
    },
    ({ request }) => {
      made ??= withEtag(JSON.stringify(make()));
      const headers = { etag: made.etag, "cache-control": "no-cache" };
      if (request.headers["if-none-match"] === made.etag) return new Reply(304, undefined, headers);
      return new Reply(200, made.text, { ...headers, "content-type": "application/json; charset=utf-8" });
    },
  );
}

const withEtag = (text: string) => ({
  text,
  etag: `"${createHash("sha256").update(text).digest("base64url").slice(0, 22)}"`,
});
