import { isPosition } from "../../../lib/position.ts";
import { registryOf } from "../access.ts";
import { stillMay } from "../auth.ts";
import { invalid } from "../errors.ts";
import { feedSource } from "../feed-source.ts";
import { fields, id } from "../input.ts";
import { locate } from "../locate.ts";
import { feed } from "../route.ts";

const question = fields(
  {
    id,
    sessionId: { type: "string", format: "uuid" },
    after: { type: "string" },
    recent: { type: "integer", minimum: 1, maximum: 500 },
    ticket: { type: "string" },
  },
  ["id"],
);

/**
 * The live feed of a stream, or of a streamer whose room is connected: Server-Sent Events, see FeedFrames.
 * It begins after the position in Last-Event-ID, else in `after`, else `recent` events ago, else now.
 */
export const events = feed(
  {
    path: "GET /streams/:id/events",
    id: "followStream",
    summary: "The live feed of a stream as Server-Sent Events",
    right: "feed.read",
    target: { field: "id", kind: "stream" },
    tickets: true,
    input: question,
    answers: { 200: "text/event-stream" },
  },
  async ({ input, who, request, call }, gateway, response) => {
    const after = cursorOf(request.headers["last-event-id"], input.after);
    const { stored, room } = await locate(call, input.id);
    const byName = stored?.streamId !== input.id && room?.streamId !== input.id;
    const streamId = stored?.streamId ?? room?.streamId ?? input.id;
    const count = after === undefined ? input.recent : undefined;
    const start = count ? (await call<{ after: string }>("storage.recent", { streamId, count })).after : after;
    if (request.method === "HEAD") return void response.writeHead(200, { "content-type": "text/event-stream" }).end();
    const registry = registryOf(gateway);
    const listener = {
      wish: { streamId, sessionId: input.sessionId },
      uniqueId: room?.uniqueId ?? stored?.uniqueId ?? null,
      follows: byName,
      source: feedSource(gateway),
      stillAllowed: () => stillMay(registry, who),
    };
    gateway.feed.connect(response, listener, start, room);
  },
);

/** A browser repeats the first request when it comes back: then the header is right and the query is old. */
function cursorOf(lastEventId: string | string[] | undefined, after: string | undefined): string | undefined {
  const [field, position] = lastEventId ? ["Last-Event-ID", String(lastEventId)] : ["after", after];
  if (position !== undefined && !isPosition(position)) {
    throw invalid([{ field: field as string, message: "must be a position: digits-digits" }]);
  }
  return position;
}
