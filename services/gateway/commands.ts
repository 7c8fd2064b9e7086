import { ApiError, notFound } from "./errors.ts";
import type { Route } from "./route.ts";
import { table } from "./routes.ts";

/** Changes that may be asked for on a WebSocket; reads may all be, if they answer JSON. */
const changes = ["addNote", "removeNote", "testRule", "timeOutPerson", "banPerson", "undoAction", "resolveAction"];

/**
 * The route that a command names.
 *
 * @throws ApiError 404 for none, 403 for one that has to be asked for over HTTP
 */
export function commandOf(name: string, routes: readonly Route[] = table): Route {
  const route = routes.find(({ id }) => id === name);
  if (!route) throw notFound("route of that name");
  if (isCommand(route)) return route;
  throw new ApiError(403, "NOT_A_COMMAND", "This route cannot be called on a WebSocket: ask for it over HTTP.");
}

function isCommand({ id, path, right, answers = {} }: Route): boolean {
  if (right === "anybody") return false;
  return changes.includes(id) || (path.startsWith("GET ") && Object.values(answers).every(isJson));
}

const isJson = (answer: unknown) => typeof answer !== "string";
