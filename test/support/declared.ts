import { expect } from "vitest";
import { errorSchema } from "../../contracts/api.ts";
import { createAjv, describeErrors } from "../../lib/json-schema-validator.ts";
import type { Route } from "../../services/gateway/route.ts";
import { table } from "../../services/gateway/routes.ts";

const ajv = createAjv();

/** The route that answers a request, if there is one. */
export function routeOf(method: string, pathname: string): Route | undefined {
  const wanted = method === "HEAD" ? "GET" : method;
  return table.find(({ path }) => {
    const [own, pattern = ""] = path.split(" ");
    const shape = pattern.replaceAll(".", "\\.").replaceAll(/:\w+/g, "[^/]+").replace(/\*\w+/, ".*");
    return own === wanted && new RegExp(`^${shape}/?$`).test(pathname);
  });
}

/** What is wrong with an answer, by what its route declares; "" when nothing is. Reads a JSON body from `text`. */
export function undeclared(
  route: Route | undefined,
  { status, type, text }: { status: number; type: string; text: string },
): string {
  const declared = route?.answers[status];
  if (status >= 400 && declared === undefined) return mismatch(errorSchema, text);
  if (declared === undefined) return `${status} is not declared`;
  if (declared === null) return text === "" ? "" : `there is a body with ${status}`;
  if (typeof declared !== "string") return mismatch(declared, text);
  if (declared === "*/*" || type.startsWith(declared)) return "";
  return `it is ${type}, not ${declared}`;
}

function mismatch(schema: object | boolean, text: string): string {
  const check = ajv.compile(schema as object); // ajv keeps what it compiled, by the object
  try {
    return check(JSON.parse(text)) ? "" : describeErrors(check);
  } catch {
    return "it is not JSON";
  }
}

/** fetch, which fails a test when an answer is not what its route declares. */
export async function fetch(url: string | URL, init: RequestInit = {}): Promise<Response> {
  const response = await globalThis.fetch(url, init);
  const type = response.headers.get("content-type") ?? "";
  const method = init.method ?? "GET";
  if (type === "text/event-stream" || method === "HEAD") return response;
  const { pathname } = new URL(url);
  const answer = { status: response.status, type, text: await response.clone().text() };
  expect(undeclared(routeOf(method, pathname), answer), `${method} ${pathname}: ${answer.text}`).toBe("");
  return response;
}
