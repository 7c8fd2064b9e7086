import {
  eventPageSchema,
  type Page,
  type ServedEvent,
  type SessionAccount,
  type SessionItem,
  sessionItemSchema,
  sessionLedgerSchema,
  sessionPageSchema,
} from "../../../contracts/api.ts";
import { uuid as id } from "../../../contracts/fields.ts";
import { readLedger } from "../../../lib/ledger/read-ledger.ts";
import { notFound } from "../errors.ts";
import { costOfQuestion, eventQuestion, filterOf, shownPage } from "../event-question.ts";
import { fields, page, id as streamId } from "../input.ts";
import { route } from "../route.ts";

/** Live periods of rooms, and replays, the newest first. */
export const list = route(
  {
    path: "GET /sessions",
    id: "listSessions",
    summary: "Live periods of rooms, and replays, the newest first; of one channel or broadcast if that is asked",
    right: "rooms.read",
    input: fields(
      {
        ...page,
        channelId: { ...id, description: "Only of this channel." },
        streamId: { ...streamId, description: "Only of this broadcast." },
      },
      ["limit"],
    ),
    answers: { 200: sessionPageSchema },
  },
  ({ input, scope, call }) => call<Page<SessionItem>>("storage.sessions", { ...input, scope }),
);

/** One live period of a room, or one replay. */
export const detail = route(
  {
    path: "GET /sessions/:id",
    id: "getSession",
    summary: "One live period of a room, or one replay",
    right: "rooms.read",
    target: { field: "id", kind: "session" },
    input: fields({ id }, ["id"]),
    answers: { 200: sessionItemSchema },
  },
  async ({ input: { id: sessionId }, call }) => {
    const found = await call<SessionItem | null>("storage.session", { sessionId });
    if (!found) throw notFound("session of that id");
    return found;
  },
);

/** The events of one session, in the order of the room. */
export const history = route(
  {
    path: "GET /sessions/:id/events",
    id: "listSessionEvents",
    summary: "The events of one session, in the order of the room",
    right: "events.read",
    target: { field: "id", kind: "session" },
    cost: costOfQuestion,
    input: fields({ ...eventQuestion, ...page, id }, ["id", "limit"]),
    answers: { 200: eventPageSchema },
  },
  async ({ input: { id: sessionId, ...asked }, view, call }) => {
    const query = { sessionId, ...filterOf(asked, view) };
    const found = await call<Page<ServedEvent> | null>("storage.history", query);
    if (!found) throw notFound("session of that id");
    return shownPage(found, view);
  },
);

/** What became of every message of one session. */
export const ledger = route(
  {
    path: "GET /sessions/:id/ledger",
    id: "getLedger",
    summary: "What became of every message of one session",
    right: "ledger.read",
    cost: 5,
    target: { field: "id", kind: "session" },
    input: fields({ id }, ["id"]),
    answers: { 200: sessionLedgerSchema },
  },
  async ({ input, call }, { redis }) => {
    const found = await readLedger(redis, (params) => call<SessionAccount>("storage.sessionAccount", params), input.id);
    if (!found) throw notFound("session of that id");
    return found;
  },
);
