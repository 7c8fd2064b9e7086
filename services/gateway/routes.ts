import * as auth from "./handlers/auth.ts";
import { dashboard, home } from "./handlers/dashboard.ts";
import { events } from "./handlers/events.ts";
import * as replays from "./handlers/replays.ts";
import * as sessions from "./handlers/sessions.ts";
import * as status from "./handlers/status.ts";
import * as streams from "./handlers/streams.ts";

/** Everything that can be reached: a path that is not here does not exist. */
export const routes = [
  {
    name: "open",
    path: "/",
    mappingPolicy: "restrict",
    bodyParsers: false, // handlers read bodies themselves, once they know who asks
    mergeParams: false,
    aliases: withHead({
      "GET /": home,
      "GET /app": dashboard,
      "GET /app/*path": dashboard,
      "GET /healthz": status.alive,
      "GET /health": status.health,
      "GET /ready": status.ready,
      "GET /v1/meta": status.meta,
      "POST /auth/login": auth.login,
    }),
  },
  {
    name: "closed",
    path: "/",
    mappingPolicy: "restrict",
    bodyParsers: false,
    mergeParams: false,
    authentication: true,
    authorization: true,
    aliases: withHead({
      "GET /auth/me": auth.me,
      "POST /auth/logout": auth.logout,
      "GET /streams": streams.list,
      "POST /streams": streams.connect,
      "GET /streams/:id": streams.detail,
      "DELETE /streams/:id": streams.disconnect,
      "GET /streams/:id/events": events,
      "POST /streams/:id/replay": replays.ofStream,
      "GET /sessions": sessions.list,
      "GET /sessions/:id/events": sessions.history,
      "GET /sessions/:id/ledger": sessions.ledger,
      "GET /sessions/:id/replay": replays.status,
      "POST /sessions/:id/replay": replays.ofSession,
      "DELETE /sessions/:id/replay": replays.cancel,
      "GET /drift": status.drift,
      "GET /metrics": status.metrics,
    }),
  },
];

/** What can be read can be asked for without its body: Node leaves that out. */
function withHead<Alias>(aliases: Record<string, Alias>): Record<string, Alias> {
  const reads = Object.entries(aliases).filter(([path]) => path.startsWith("GET "));
  return { ...aliases, ...Object.fromEntries(reads.map(([path, alias]) => [path.replace("GET", "HEAD"), alias])) };
}
