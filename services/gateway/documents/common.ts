import type { Role } from "../../../contracts/access.ts";
import { matrix, type Right } from "../rights.ts";
import type { RouteFacts } from "../route.ts";

type Header = { description: string; required?: boolean; schema: object };

const seconds = { type: "integer", minimum: 0 } as const;
const count = { type: "integer", minimum: 0 } as const;

/** Headers of answers: the one place where the documents learn of them. */
export const answerHeaders: Record<string, Header> = {
  "X-Correlation-Id": {
    description:
      "The request's id: as it was given, else a new one. It stands in our log and on what the request causes.",
    schema: { type: "string" },
  },
  "RateLimit-Limit": { description: "What the caller's bucket holds, where requests are counted.", schema: count },
  "RateLimit-Remaining": { description: "What is left in it.", schema: count },
  "RateLimit-Reset": { description: "Seconds until it is full again.", schema: seconds },
  "RateLimit-Policy": { description: "Which bucket it is, and how it fills.", schema: { type: "string" } },
  "Retry-After": { description: "Seconds until it is worth while to ask again.", schema: seconds },
  ETag: { description: "Names this version of the answer.", schema: { type: "string" } },
};

const limits = ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "RateLimit-Policy"];

/** Which of them an answer has. */
export function headersOf(status: string, answers: RouteFacts["answers"] = {}): string[] {
  return [
    "X-Correlation-Id",
    ...(status === "304" ? [] : limits),
    ...(status === "429" || status === "default" ? ["Retry-After"] : []),
    ...(304 in answers ? ["ETag"] : []),
  ];
}

/** Headers that a request of this kind may have. */
export function requestHeaders({ answers, path, versioned }: RouteFacts): Record<string, Header> {
  const isFeed = Object.values(answers).includes("text/event-stream");
  return {
    ...(path.startsWith("POST ") && {
      "Idempotency-Key": {
        description: "Does what is asked once, however often it is sent under one key: the first answer is repeated.",
        schema: { type: "string", pattern: "^[\\x21-\\x7e]{1,255}$" },
      },
    }),
    ...(versioned && {
      "If-Match": {
        description: "The ETag of what you read: it is changed only if nobody was faster.",
        required: true,
        schema: { type: "string", pattern: '^"\\d{1,9}"$' },
      },
    }),
    ...(304 in answers && {
      "If-None-Match": {
        description: "The ETag of the answer that you have: 304 while it is the newest.",
        schema: { type: "string" },
      },
    }),
    ...(isFeed && {
      "Last-Event-ID": {
        description: "A position: the feed goes on behind it. EventSource sends it by itself when it comes back.",
        schema: { type: "string", pattern: "^(\\d{1,12}|[0-7]\\d{12})-\\d{1,7}$" },
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
  409: "The first request of this Idempotency-Key is under way, or its answer was not kept.",
  412: "It is at another version: read it again.",
  413: "The body is too large.",
  415: "The body is not JSON.",
  422: "This Idempotency-Key was used for other content.",
  428: "If-Match is missing.",
  429: "Too many requests: wait for Retry-After.",
  default: "Anything else: one shape for all errors.",
};

/** Which of them a route may answer. */
export function refusalsOf({ right, target, path, input, versioned }: RouteFacts, hasBody: boolean): string[] {
  const takes = Object.keys((input as { properties?: object }).properties ?? {}).length > 0;
  return [
    ...(takes ? ["400"] : []),
    ...(right === "anybody" ? [] : ["401"]),
    ...(right === "anybody" || right === "known" ? [] : ["403"]),
    ...(target || path.includes("/:") ? ["404"] : []),
    ...(path.startsWith("POST ") ? ["409", "422"] : []),
    ...(versioned ? ["412", "428"] : []),
    ...(hasBody ? ["413", "415"] : []),
    "429",
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

/** What the first part of a path is about, in the order of the documents. */
export const subjects: Record<string, string> = {
  streams: "Broadcasts, the rooms behind them, and their live feed.",
  sessions: "Live periods of rooms and replays: their events and what became of each message.",
  channels: "Streamers' accounts, and what their sessions came to.",
  users: "People, with what they did.",
  events: "One event, and what was made of it.",
  rules: "What is to happen when something happens in a room, tried before it is saved.",
  actions: "What rules decided and people commanded, and what came of it.",
  moderation: "What moderators do to people, and what waits for them.",
  destinations: "Where events are sent to as signed webhooks.",
  jobs: "What takes its time: replays, to be paused, resumed, sped up and stopped.",
  auth: "Who asks.",
  team: "Keys of people, who sign in to the dashboard with them.",
  keys: "Keys of programs.",
  overlays: "Tokens for pages that OBS shows.",
  audit: "Who changed what, or tried to.",
  dlq: "Dead letters: what could not be processed, and sending it back.",
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
