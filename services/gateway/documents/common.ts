import type { Role } from "../../../contracts/access.ts";
import { matrix, type Right } from "../rights.ts";
import type { RouteFacts } from "../route.ts";

type Header = { description: string; required?: boolean; schema: object };

/** Headers of every answer, errors included: the one place where the documents learn of them. */
export const answerHeaders: Record<string, Header> = {
  "X-Correlation-Id": {
    description:
      "The request's id: as it was given, else a new one. It stands in our log and on what the request causes.",
    schema: { type: "string" },
  },
};

/** Headers that any request of this kind may have. */
export function requestHeaders({ answers }: RouteFacts): Record<string, Header> {
  const isFeed = Object.values(answers).includes("text/event-stream");
  return {
    ...(isFeed && {
      "Last-Event-ID": {
        description: "A position: the feed goes on behind it. EventSource sends it by itself when it comes back.",
        schema: { type: "string", pattern: "^\\d{1,13}-\\d{1,7}$" },
      },
    }),
    "X-Correlation-Id": {
      description: "An id of your own for this request.",
      schema: { type: "string", pattern: "^[\\w.:-]{1,64}$" },
    },
  };
}

/** How somebody can say who they are: one of these. */
export const securitySchemes = {
  apiKey: { type: "apiKey", in: "header", name: "X-API-Key", description: "A key of ttlc, or TTLC_ADMIN_KEY." },
  bearer: { type: "http", scheme: "bearer", description: "The same key, as `Authorization: Bearer`." },
  cookie: {
    type: "apiKey",
    in: "cookie",
    name: "ttlc_session",
    description:
      "A dashboard's session. Changes then need the header `X-TTLC: 1`, and an Origin, if one is sent, of ours.",
  },
} as const;

/** What may go wrong, by status; the code in the answer tells more: docs/errors.md. */
export const refusals: Record<string, string> = {
  400: "A field cannot be used: `details` says which.",
  401: "Nobody is known by these credentials.",
  403: "These credentials do not have the right to do that.",
  404: "There is no such thing within your reach.",
  413: "The body is too large.",
  415: "The body is not JSON.",
  default: "Anything else: one shape for all errors.",
};

/** Which of them a route may answer. */
export function refusalsOf({ right, target, path, input }: RouteFacts, hasBody: boolean): string[] {
  const takes = Object.keys((input as { properties?: object }).properties ?? {}).length > 0;
  return [
    ...(takes ? ["400"] : []),
    ...(right === "anybody" ? [] : ["401"]),
    ...(right === "anybody" || right === "known" ? [] : ["403"]),
    ...(target || path.includes("/:") ? ["404"] : []),
    ...(hasBody ? ["413", "415"] : []),
    "default",
  ];
}

/** Who may call it, in words. */
export function whoMay(right: Right | "known" | "anybody"): string {
  if (right === "anybody") return "Open to everybody.";
  if (right === "known") return "For everybody with credentials.";
  const grants = Object.entries(matrix[right]) as [Role, { reach: string; view: string }][];
  const words = grants.map(([role, { reach, view }]) => {
    const limits = [reaches[reach], view === "whole" ? "" : view].filter(Boolean).join(", ");
    return limits ? `${role} (${limits})` : role;
  });
  return `Right \`${right}\`: ${["admin", ...words].join(", ")}.`;
}

const reaches: Record<string, string> = { own: "own channels", all: "", simulated: "simulated channels" };

/** What the first part of a path is about, in the order of the documents. Another one speaks for itself. */
export const subjects: Record<string, string> = {
  streams: "Broadcasts, the rooms behind them, and their live feed.",
  sessions: "Live periods of rooms and replays: their events and what became of each message.",
  users: "People, with what they did.",
  auth: "Who asks.",
  status: "How ttlc does.",
  documents: "What this API is, for programs.",
};

const subjectOfPath: Record<string, string> = {
  healthz: "status",
  health: "status",
  ready: "status",
  v1: "status",
  drift: "status",
  metrics: "status",
  "openapi.json": "documents",
  "asyncapi.json": "documents",
};

export function subjectOf(path: string): string {
  const first = path.split("/")[1] ?? "";
  return subjectOfPath[first] ?? first;
}
