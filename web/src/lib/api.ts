import createClient from "openapi-fetch";
import type { ErrorBody, Page, ServedEvent } from "../../../contracts/api.ts";
import type { Letter, LetterCause, LetterFilter, LetterJob } from "../../../contracts/letters.ts";
import type { Resolution } from "../../../contracts/moderation.ts";
import type { OpenAction, ResolvedActions } from "../../../contracts/open-action.ts";
import type { ReplaySpeed } from "../../../contracts/replay.ts";
import type { RuleActionItem, RuleDraft, RuleProblem, RuleTest } from "../../../contracts/rule.ts";
import type { EventExplanation } from "../../../contracts/rule-explain.ts";
import type { RuleTrials } from "../../../contracts/rule-trials.ts";
import { messages } from "./messages.ts";
import type { operations, paths } from "./openapi.d.ts";
import { Wishes } from "./wishes.ts";

/** The code of an answer that is not the gateway's: a proxy's. */
const NO_CODE = "UNKNOWN";

/** What a request ended in: the gateway's error body, or `NETWORK` (status 0) when there was no answer. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  /** For a person who asks the operator; empty without an answer. */
  readonly correlationId: string;
  /** Which fields are wrong, by their path; empty for any other refusal. */
  readonly problems: RuleProblem[];
  /** What else the code tells, as docs/errors.md says. */
  readonly details: unknown;

  constructor(
    status: number,
    code: string,
    message: string,
    {
      correlationId = "",
      problems = [],
      details,
      cause,
    }: { correlationId?: string; problems?: RuleProblem[]; details?: unknown; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.correlationId = correlationId;
    this.problems = problems;
    this.details = details;
  }
}

/** Nobody knows whether what was asked for was done. */
export const isLost = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 0 || error.status >= 500 || error.code === "IDEMPOTENCY_RUNNING");

/**
 * Whether who asks again under the same Idempotency-Key does not do it twice. The gateway forgets the key of what it
 * answers with a 5xx itself.
 */
export const isRepeatable = (error: unknown): boolean =>
  isLost(error) && error instanceof ApiError && (error.status < 500 || error.code === NO_CODE);

/** What is done once, although nobody may know at first whether it was. */
const wishes = new Wishes(isLost);

/** Paths, parameters and answers are those of /openapi.json. */
const client = createClient<paths>({
  baseUrl: location.origin,
  headers: { Accept: "application/json" },
  fetch: (request) => fetch(request),
});

client.use({
  // A form or an image on another site cannot set this header: the gateway's answer to CSRF.
  onRequest({ request }) {
    if (request.method !== "GET") request.headers.set("X-TTLC", "1");
  },
  async onResponse({ response }) {
    if (!response.ok) throw await refusal(response);
  },
  onError: ({ error }) => new ApiError(0, "NETWORK", messages.errors.network, { cause: error }),
});

export const api = {
  me: () => answer(client.GET("/auth/me")),
  login: (body: { code: string } | { key: string }) => answer(client.POST("/auth/login", { body })),
  logout: () => answer(client.POST("/auth/logout")),
  streams: () => answer(client.GET("/streams")),
  stream: (id: string) => answer(client.GET("/streams/{id}", { params: { path: { id } } })),
  /** Connects a room, or wakes its actor; answers at once with where it stands. */
  connect: (body: { uniqueId: string; provider?: "simulator" }) => answer(client.POST("/streams", { body })),
  disconnect: (uniqueId: string) => answer(client.DELETE("/streams/{id}", { params: { path: { id: uniqueId } } })),
  channels: () => answer(client.GET("/channels", { params: { query: { limit: 500 } } })),

  sessions: (after?: string) => answer(client.GET("/sessions", { params: { query: { limit: 50, ...page(after) } } })),
  /** Of erased events personal fields are absent, which the document tells and ServedEvent does not: see describe.ts. */
  sessionEvents: (id: string, question: EventQuestion) =>
    answer(client.GET("/sessions/{id}/events", { params: { path: { id }, query: question } })) as Promise<
      Page<ServedEvent>
    >,
  sessionAnalytics: (id: string) => answer(client.GET("/sessions/{id}/analytics", { params: { path: { id } } })),
  /** Where the replay of it is that runs, or that it started one. */
  replay: (id: string, speed: ReplaySpeed) =>
    answer(client.POST("/sessions/{id}/replay", { params: { path: { id } }, body: { speed } })),
  jobs: () => answer(client.GET("/jobs", { params: { query: { limit: 100 } } })),
  job: (id: string) => answer(client.GET("/jobs/{id}", { params: { path: { id } } })),
  pauseJob: (id: string) => answer(client.POST("/jobs/{id}/pause", { params: { path: { id } } })),
  resumeJob: (id: string) => answer(client.POST("/jobs/{id}/resume", { params: { path: { id } } })),
  setJobSpeed: (id: string, speed: ReplaySpeed) =>
    answer(client.PATCH("/jobs/{id}", { params: { path: { id } }, body: { speed } })),
  stopJob: (id: string) => answer(client.DELETE("/jobs/{id}", { params: { path: { id } } })),
};

/** The three kinds of keys: people sign in with theirs, programs send them, overlays have them in their address. */
export const keyApi = {
  person: {
    list: (after?: string) => answer(client.GET("/team", { params: { query: page(after) } })),
    create: (body: Wish<"addTeamMember">) => answer(client.POST("/team", { body })),
    rotate: (id: string, overlapSeconds: number) =>
      answer(client.POST("/team/{id}/rotate", { params: { path: { id } }, body: { overlapSeconds } })),
    revoke: (id: string) => answer(client.DELETE("/team/{id}", { params: { path: { id } } })),
  },
  program: {
    list: (after?: string) => answer(client.GET("/keys", { params: { query: page(after) } })),
    create: (body: Wish<"createKey">) => answer(client.POST("/keys", { body })),
    rotate: (id: string, overlapSeconds: number) =>
      answer(client.POST("/keys/{id}/rotate", { params: { path: { id } }, body: { overlapSeconds } })),
    revoke: (id: string) => answer(client.DELETE("/keys/{id}", { params: { path: { id } } })),
  },
  overlay: {
    list: (after?: string) => answer(client.GET("/overlays", { params: { query: page(after) } })),
    create: (body: Wish<"createOverlay">) => answer(client.POST("/overlays", { body })),
    rotate: (id: string, overlapSeconds: number) =>
      answer(client.POST("/overlays/{id}/rotate", { params: { path: { id } }, body: { overlapSeconds } })),
    revoke: (id: string) => answer(client.DELETE("/overlays/{id}", { params: { path: { id } } })),
  },
};

export const ruleApi = {
  list: (after?: string) => answer(client.GET("/rules", { params: { query: { limit: 200, ...page(after) } } })),
  get: (id: string) => answer(client.GET("/rules/{id}", { params: { path: { id } } })),
  create: (channelId: string, draft: RuleDraft) =>
    wishes.once(["/rules", channelId, draft], (headers) =>
      answer(client.POST("/rules", { body: { ...draft, channelId }, headers })),
    ),
  /** @param version what was read: refused with 412 when somebody was faster */
  update: (id: string, version: number, draft: RuleDraft) =>
    answer(client.PUT("/rules/{id}", { params: { path: { id }, header: ifMatch(version) }, body: draft })),
  remove: (id: string, version: number) =>
    answer(client.DELETE("/rules/{id}", { params: { path: { id }, header: ifMatch(version) } })),
  versions: (id: string) =>
    answer(client.GET("/rules/{id}/versions", { params: { path: { id }, query: { limit: 500 } } })),
  /** Of one rule, or of all; with what a cooldown or a limit held back, or without. */
  actions: (limit: number, { ruleId, held = true }: { ruleId?: string; held?: boolean } = {}, after?: string) => {
    const query = { limit, ...(ruleId && { ruleId }), ...(!held && { held }), ...page(after) };
    return answer(client.GET("/actions", { params: { query } }));
  },
  /** Lets a draft run beside it. */
  shadow: (id: string, draft: RuleDraft) =>
    answer(client.POST("/rules/{id}/shadow", { params: { path: { id } }, body: { draft } })),
  unshadow: (id: string) => answer(client.DELETE("/rules/{id}/shadow", { params: { path: { id } } })),
  diff: (id: string, limit: number) =>
    answer(client.GET("/rules/{id}/diff", { params: { path: { id }, query: { limit } } })),
  /** @param since of the shadow that was read: refused with 412 when there is another one */
  promote: (id: string, version: number, since: string) =>
    wishes.once(["/rules/{id}/promote", id, version, since], (headers) =>
      answer(
        client.POST("/rules/{id}/promote", {
          ...{ params: { path: { id }, header: ifMatch(version) }, body: { since }, headers },
        }),
      ),
    ),
  /** A stored event, with what the rules of its channel make of it. */
  explain: (eventId: string) =>
    answer(client.GET("/events/{id}/explain", { params: { path: { id: eventId } } })) as Promise<EventExplanation>,
  test: (draft: RuleDraft, eventId: string) =>
    answer(client.POST("/rules/test", { body: { draft, eventId } })) as Promise<RuleTest>,
  /** On the last events of a broadcast, the newest first. */
  testOnPast: (draft: RuleDraft, streamId: string, last: number) =>
    answer(client.POST("/rules/test", { body: { draft, streamId, last } })) as Promise<RuleTrials>,
  backtest: (draft: RuleDraft, sessionId: string) =>
    answer(client.POST("/rules/backtest", { body: { draft, sessionId } })),
  backtestStatus: (id: string) => answer(client.GET("/rules/backtests/{id}", { params: { path: { id } } })),
  /** What it found until then stays. */
  stopBacktest: (id: string) => answer(client.DELETE("/rules/backtests/{id}", { params: { path: { id } } })),
};

/** What could not be processed, and the runs that redrive or discard it. */
export const letterApi = {
  causes: (filter: LetterFilter, after?: string) =>
    answer(
      client.GET("/dlq", { params: { query: { ...filter, group: "cause", limit: 50, ...page(after) } } }),
    ) as Promise<Page<LetterCause>>,
  list: (filter: LetterFilter, after?: string) =>
    answer(client.GET("/dlq", { params: { query: { ...filter, limit: 50, ...page(after) } } })) as Promise<
      Page<Letter>
    >,
  get: (id: string) => answer(client.GET("/dlq/{id}", { params: { path: { id } } })),
  /** How many letters a redrive or discard would take. */
  count: (choice: LetterChoice) =>
    answer(client.POST("/dlq/redrive", { body: { ...choice, preview: true } })) as Promise<{ count: number }>,
  redrive: (choice: LetterChoice, rate?: number) =>
    wishes.once(["/dlq/redrive", choice, rate], (headers) =>
      answer(client.POST("/dlq/redrive", { body: { ...choice, ...(rate && { rate }) }, headers })),
    ) as Promise<LetterJob>,
  discard: (choice: LetterChoice, reason: string) =>
    wishes.once(["/dlq/discard", choice, reason], (headers) =>
      answer(client.POST("/dlq/discard", { body: { ...choice, reason }, headers })),
    ) as Promise<LetterJob>,
  runs: (after?: string) => answer(client.GET("/dlq/redrives", { params: { query: { limit: 5, ...page(after) } } })),
  run: (id: string) => answer(client.GET("/dlq/redrives/{id}", { params: { path: { id } } })),
  stop: (id: string) => answer(client.DELETE("/dlq/redrives/{id}", { params: { path: { id } } })),
};

/** Single letters, or all that a filter fits. */
export type LetterChoice = { ids: string[] } | { filter: LetterFilter };

/** What moderators do to people, and what they know of them. */
export const moderationApi = {
  capabilities: (streamId: string) =>
    answer(client.GET("/moderation/capabilities", { params: { query: { streamId } } })),
  timeOut: (body: Wish<"timeOutPerson">) =>
    deed(
      ["/moderation/timeout", body],
      (headers) => answer(client.POST("/moderation/timeout", { body, headers })),
      body.userId,
    ),
  ban: (body: Wish<"banPerson">) =>
    deed(
      ["/moderation/ban", body],
      (headers) => answer(client.POST("/moderation/ban", { body, headers })),
      body.userId,
    ),
  undo: (actionId: string) =>
    deed(["/moderation/undo", actionId], (headers) =>
      answer(client.POST("/moderation/undo", { body: { actionId }, headers })),
    ),
  /** What waits for a person. */
  open: (limit: number, after?: string) =>
    answer(client.GET("/moderation/open", { params: { query: { limit, ...page(after) } } })) as Promise<
      Page<OpenAction>
    >,
  resolve: (actionId: string, outcome: Resolution["outcome"]) =>
    wishes.once(["/moderation/resolve", actionId, outcome], (headers) =>
      answer(client.POST("/moderation/resolve", { body: { actionId, outcome }, headers })),
    ) as Promise<RuleActionItem>,
  /** Nobody does what waits of a rule. */
  dismissAll: (ruleId: string) =>
    wishes.once(["/moderation/resolve", ruleId], (headers) =>
      answer(client.POST("/moderation/resolve", { body: { ruleId, outcome: "dismissed" }, headers })),
    ) as Promise<ResolvedActions>,
  action: (id: string) => answer(client.GET("/actions/{id}", { params: { path: { id } } })),
  /** What was done to a person, and what was to be. */
  actionsOn: (userId: string, limit: number, after?: string) =>
    answer(client.GET("/actions", { params: { query: { userId, type: "moderate", limit, ...page(after) } } })),
  /** What was done to people lately, and by rules; without what a pause or a limit held back. */
  lately: (limit: number, after?: string) =>
    answer(client.GET("/actions", { params: { query: { type: "moderate", held: false, limit, ...page(after) } } })),
  /** Whose handle begins so. */
  find: (q: string) => answer(client.GET("/users", { params: { query: { q, limit: 10 } } })),
  /** What they did, the newest first. Of erased events personal fields are absent, as in `sessionEvents`. */
  history: (id: string, limit: number, after?: string) =>
    answer(
      client.GET("/users/{id}/history", { params: { path: { id }, query: { limit, ...page(after) } } }),
    ) as Promise<Page<ServedEvent>>,
  person: (id: string) => answer(client.GET("/users/{id}", { params: { path: { id } } })),
  notes: (id: string, limit: number, after?: string) =>
    answer(client.GET("/users/{id}/notes", { params: { path: { id }, query: { limit, ...page(after) } } })),
  addNote: (id: string, body: Wish<"addNote">) =>
    wishes.once(["/users/{id}/notes", id, body], (headers) =>
      answer(client.POST("/users/{id}/notes", { params: { path: { id } }, body, headers })),
    ),
};

/** Something is done to a person: who then asks for what was lost before wants it once more. */
const deed: typeof wishes.once<RuleActionItem> = async (wish, ask, about) => {
  const item = await wishes.once(wish, ask, about);
  if (item.userId !== null) wishes.forget(item.userId);
  return item;
};

const ifMatch = (version: number) => ({ "If-Match": `"${version}"` });

type Wish<Id extends "addTeamMember" | "createKey" | "createOverlay" | "timeOutPerson" | "banPerson" | "addNote"> =
  operations[Id]["requestBody"]["content"]["application/json"];

/** Which events of a session, and which page of them. */
export type EventQuestion = NonNullable<operations["listSessionEvents"]["parameters"]["query"]>;

const page = (after: string | undefined) => (after === undefined ? {} : { after });

/** `error` as an ApiError; anything else is a fault of ours and is thrown on. */
export function apiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  throw error;
}

/** A refusal is thrown before it comes here. */
async function answer<Data>(request: Promise<{ data?: Data; response: Response }>): Promise<Data> {
  const { data, response } = await request;
  if (response.headers.has("Idempotent-Replayed")) repeated.add(data as object);
  return data as Data;
}

const repeated = new WeakSet<object>();

/** Whether it answers a wish that was fulfilled when it was asked for before, rather than now. */
export const isRepeated = (data: object): boolean => repeated.has(data);

async function refusal(response: Response): Promise<ApiError> {
  const body: Partial<ErrorBody> = (await response.json().catch(() => undefined)) ?? {};
  const { error_code = NO_CODE, message = messages.errors.status(response.status), correlation_id, details } = body;
  const correlationId = correlation_id ?? response.headers.get("x-correlation-id") ?? "";
  return new ApiError(response.status, error_code, message, { correlationId, problems: problemsIn(details), details });
}

function problemsIn(details: unknown): RuleProblem[] {
  if (!Array.isArray(details)) return [];
  return details.flatMap(({ field, message }) => (typeof field === "string" ? [{ path: field, message }] : []));
}
