import { registryOf } from "../access.ts";
import { holderOf } from "../feed-holder.ts";
import { SseOutlet } from "../feed-outlet.ts";
import { prepareFeed, question } from "../follow.ts";
import { feed } from "../route.ts";

/**
 * The live feed of a stream, or of a streamer whose room is connected: Server-Sent Events, see contracts/feed.ts.
 * It begins after the position in Last-Event-ID, else in `after`, else `recent` events ago, else now: a browser repeats
 * the first request when it comes back, and then the header is right and the query is old.
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
  async (asked, gateway, response) => {
    const { who, request } = asked;
    const { listener, start, room } = await prepareFeed(asked, gateway, String(request.headers["last-event-id"] ?? ""));
    if (request.method === "HEAD") return void response.writeHead(200, { "content-type": "text/event-stream" }).end();
    if (response.destroyed) return; // gone before it was answered
    const { owner, stillAllowed } = holderOf(registryOf(gateway), who, request);
    response.once("close", gateway.seats.take("sse", owner));
    gateway.feed.connect(new SseOutlet(response), { ...listener, stillAllowed }, start, room);
  },
);
