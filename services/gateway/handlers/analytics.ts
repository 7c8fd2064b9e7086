import type { View } from "../../../contracts/access.ts";
import {
  type Analytics,
  analyticsSchema,
  type ChannelAnalytics,
  channelAnalyticsSchema,
} from "../../../contracts/analytics.ts";
import { uuid } from "../../../contracts/fields.ts";
import { analyticsView } from "../analytics-view.ts";
import { notFound } from "../errors.ts";
import { assertForwards, fields, range, id as streamId } from "../input.ts";
import { locate } from "../locate.ts";
import { type Call, route } from "../route.ts";

const limit = { type: "integer", minimum: 1, maximum: 100, default: 10, description: "of each list" } as const;

/** The figures of one session, or of what a replay replays. */
export const ofSession = route(
  {
    path: "GET /sessions/:id/analytics",
    id: "getSessionAnalytics",
    summary: "Figures of one session: by minute, by gift, and who did most",
    right: "analytics.read",
    cost: 5,
    target: { field: "id", kind: "session" },
    input: fields({ id: uuid, ...range, limit }, ["id", "limit"]),
    answers: { 200: analyticsSchema },
  },
  async ({ input: { id: sessionId, ...how }, view, call }) => ask(call, view, "session", { sessionId, ...how }),
);

/** The same of all sessions of a broadcast. */
export const ofStream = route(
  {
    path: "GET /streams/:id/analytics",
    id: "getStreamAnalytics",
    summary: "Figures of a whole broadcast: by minute, by gift, and who did most",
    right: "analytics.read",
    cost: 5,
    target: { field: "id", kind: "stream" },
    input: fields({ id: streamId, ...range, limit }, ["id", "limit"]),
    answers: { 200: analyticsSchema },
  },
  async ({ input: { id, ...how }, view, call }) => {
    const { stored, room } = await locate(call, id);
    return ask(call, view, "stream", { streamId: stored?.streamId ?? room?.streamId ?? id, ...how });
  },
);

/** A streamer's sessions by day. */
export const ofChannel = route(
  {
    path: "GET /channels/:id/analytics",
    id: "getChannelAnalytics",
    summary: "What a streamer's sessions came to by day, the newest first",
    right: "analytics.read",
    cost: 5,
    target: { field: "id", kind: "channel" },
    input: fields({ id: uuid, ...range }, ["id"]),
    answers: { 200: channelAnalyticsSchema },
  },
  async ({ input: { id: channelId, ...bounds }, call }) => {
    assertForwards(bounds);
    const found = await call<ChannelAnalytics | null>("storage.channelAnalytics", { channelId, ...bounds });
    if (!found) throw notFound("channel of that id");
    return found;
  },
);

interface Question {
  sessionId?: string;
  streamId?: string;
  from?: string;
  to?: string;
  limit: number;
}

async function ask(call: Call, view: View, kind: string, question: Question): Promise<Analytics> {
  assertForwards(question);
  const people = view === "whole" || view === "chosen";
  const found = await call<Analytics | null>("storage.analytics", { ...question, people });
  if (!found) throw notFound(`${kind} of that id`);
  return analyticsView(found, view);
}
