import { dashboardFile, docsPage } from "../dashboard.ts";
import type { Gateway } from "../gateway.ts";
import { nothing } from "../input.ts";
import { type Asked, Reply, route } from "../route.ts";

export const home = route(
  {
    path: "GET /",
    id: "getHome",
    summary: "Leads to the dashboard",
    right: "anybody",
    cost: 0,
    input: nothing,
    answers: { 302: null },
    isPage: true,
  },
  () => new Reply(302, undefined, { location: "/app/" }),
);

/** The query is the page's own business. */
const anything = { type: "object", properties: { path: { type: "string" } } } as const;

const page = {
  summary: "A page or file of the dashboard",
  right: "anybody",
  cost: 0,
  input: anything,
  answers: { 200: "*/*", 503: "text/html" },
  isPage: true,
} as const;

export const app = route({ ...page, path: "GET /app", id: "getApp" }, serve);
export const appFile = route({ ...page, path: "GET /app/*path", id: "getAppFile" }, serve);

export const docs = route(
  {
    path: "GET /docs",
    id: "getDocs",
    summary: "The API's documents for a person",
    right: "anybody",
    input: nothing,
    answers: { 200: "text/html", 503: "text/html" },
    isPage: true,
  },
  async ({ request }, { settings }) => {
    const { status, body, headers } = await docsPage(settings.dashboard, request.headers["if-none-match"]);
    return new Reply(status, body, headers);
  },
);

async function serve({ request }: Pick<Asked<unknown>, "request">, { settings }: Gateway): Promise<Reply> {
  const path = request.$params.params.path ?? "";
  const { status, body, headers } = await dashboardFile(settings.dashboard, path, request.headers["if-none-match"]);
  return new Reply(status, body, headers);
}
