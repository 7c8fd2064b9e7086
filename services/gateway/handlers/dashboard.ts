import { answer, Reply } from "../answer.ts";
import { dashboardFile } from "../dashboard.ts";
import { nothing } from "../input.ts";

export const home = answer(nothing, () => new Reply(302, undefined, { location: "/app/" }));

/** The query is the page's own business. */
const anything = { type: "object", properties: { path: { type: "string" } } } as const;

export const dashboard = answer(anything, async ({ request }, { settings }) => {
  const path = request.$params.params.path ?? "";
  const { status, body, headers } = await dashboardFile(settings.dashboard, path, request.headers["if-none-match"]);
  return new Reply(status, body, headers);
});
