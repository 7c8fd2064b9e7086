import * as auth from "./handlers/auth.ts";
import { app, appFile, home } from "./handlers/dashboard.ts";
import * as destinations from "./handlers/destinations.ts";
import { events } from "./handlers/events.ts";
import * as replays from "./handlers/replays.ts";
import * as sessions from "./handlers/sessions.ts";
import * as status from "./handlers/status.ts";
import * as streams from "./handlers/streams.ts";
import type { Route } from "./route.ts";

/** Everything that can be reached: a path that is not here does not exist. */
export const table: readonly Route[] = [
  ...[home, app, appFile],
  ...[status.alive, status.health, status.ready, status.meta, status.drift, status.metrics],
  ...[auth.login, auth.me, auth.logout],
  ...[streams.list, streams.connect, streams.detail, streams.disconnect, events],
  ...[sessions.list, sessions.history, sessions.ledger],
  ...[destinations.list, destinations.create, destinations.detail, destinations.change, destinations.remove],
  ...[destinations.test, destinations.rotateSecret, destinations.enable, destinations.deliveries],
  ...[replays.ofStream, replays.ofSession, replays.status, replays.cancel],
];

/** The table as moleculer-web takes it. */
export const routes = [
  { name: "open", ...asAliases(table.filter(({ right }) => right === "anybody")) },
  { name: "closed", authentication: true, ...asAliases(table.filter(({ right }) => right !== "anybody")) },
];

function asAliases(some: Route[]) {
  const pairs = some.flatMap(({ path, alias }) => {
    // What can be read can be asked for without its body: Node leaves that out.
    return path.startsWith("GET ")
      ? [[path, alias] as const, [path.replace("GET", "HEAD"), alias] as const]
      : [[path, alias] as const];
  });
  return {
    path: "/",
    mappingPolicy: "restrict",
    bodyParsers: false, // handlers read bodies themselves, once they know who asks
    mergeParams: false,
    aliases: Object.fromEntries(pairs),
  };
}
