import type { FromSchema } from "json-schema-to-ts";
import { feedFilter } from "../../contracts/feed.ts";
import type { RoomStatus } from "../../contracts/room.ts";
import type { EventType } from "../../contracts/unified-event.ts";
import { isPosition } from "../../lib/position.ts";
import { forbidden, invalid, notFound } from "./errors.ts";
import { eventFilter, filterOf } from "./event-question.ts";
import type { Listener } from "./feed-client.ts";
import { typesOf } from "./feed-holder.ts";
import { feedSource } from "./feed-source.ts";
import type { Gateway } from "./gateway.ts";
import type { InProcessAnswer } from "./in-process.ts";
import { fields, id } from "./input.ts";
import { locate } from "./locate.ts";
import { type Asked, feed } from "./route.ts";
import { reachesRoom } from "./scope.ts";
import type { Wish } from "./wish.ts";

const { source, sessionId } = feedFilter;

/** What a feed is asked for. */
export const question = fields(
  {
    id,
    ...{ source, sessionId, ...eventFilter },
    after: { type: "string", maxLength: 32, description: "A position: the feed begins after it." },
    recent: {
      type: "integer",
      minimum: 1,
      maximum: 500,
      description: "Begins so many events ago, unless `after` is given.",
    },
    ticket: { type: "string", maxLength: 256, description: "From POST /auth/ticket, where no header can be sent." },
  },
  ["id"],
);

type Question = FromSchema<typeof question>;

/** A feed that can begin. */
export interface Prepared {
  listener: Omit<Listener, "stillAllowed">;
  /** Position after which it begins; undefined: now. */
  start: string | undefined;
  room: RoomStatus | undefined;
}

/**
 * Finds what a feed is about and where it begins.
 *
 * @param lastEventId goes before `after` and `recent`
 * @throws ApiError 400 for a position that is none, 403 for what may not be looked for, 404
 */
export async function prepareFeed(
  { input, who, scope, view, call }: Pick<Asked<Question>, "input" | "who" | "scope" | "view" | "call">,
  gateway: Gateway,
  lastEventId?: string,
): Promise<Prepared> {
  const after = positionOf("Last-Event-ID", lastEventId) ?? positionOf("after", input.after);
  const filter = wishOf(input, view, typesOf(who));
  const { stored, room: found } = await locate(call, input.id);
  const room = found && (await reachesRoom(call, scope, found)) ? found : undefined;
  if (!stored && !room) throw notFound("stream of that id");
  const streamId = stored?.streamId ?? room?.streamId ?? input.id;
  const count = after === undefined ? input.recent : undefined;
  const start = count ? (await call<{ after: string }>("storage.recent", { streamId, count })).after : after;
  return {
    listener: {
      wish: { streamId, ...filter, view },
      uniqueId: room?.uniqueId ?? stored?.uniqueId ?? null,
      simulated: room?.simulated ?? stored?.simulated ?? null,
      channelId: room?.channelId ?? null,
      scope,
      follows: stored?.streamId !== input.id && room?.streamId !== input.id,
      source: feedSource(gateway),
    },
    start,
    room,
  };
}

/** The route behind a subscription on a WebSocket, which has no path of its own; it answers in process, with a Prepared. */
export const subscription = feed(
  {
    path: "GET /streams/:id/events",
    id: "subscribe",
    summary: "The live feed of a stream on a WebSocket",
    right: "feed.read",
    target: { field: "id", kind: "stream" },
    input: question,
    answers: { 200: null },
  },
  async (asked, gateway, response) => (response as unknown as InProcessAnswer).pass(await prepareFeed(asked, gateway)),
);

/** @throws ApiError 403 for people that this view does not show, or types that a token does not name */
function wishOf(input: Question, view: Wish["view"], named: EventType[] | undefined): Omit<Wish, "streamId" | "view"> {
  const { source, sessionId, types = named, userId, minCoins, q } = filterOf(input, view);
  if (named && types?.some((type) => !named.includes(type))) throw forbidden();
  return { source, sessionId, types, userId, minCoins, q };
}

function positionOf(field: string, position: string | undefined): string | undefined {
  if (!position) return undefined;
  if (isPosition(position)) return position;
  throw invalid([{ field, message: "must be a position: digits-digits" }]);
}
