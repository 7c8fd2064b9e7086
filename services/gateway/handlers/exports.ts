import type { ServerResponse } from "node:http";
import type { Page, ServedEvent } from "../../../contracts/api.ts";
import { notFound } from "../errors.ts";
import { type EventQuestion, eventQuestion } from "../event-question.ts";
import { type Format, fileName, formats, pages, type ReadPage, selector, send } from "../export.ts";
import { fields, id as streamId } from "../input.ts";
import { locate } from "../locate.ts";
import { type Asked, feed } from "../route.ts";

const format = { enum: ["ndjson", "csv"], default: "ndjson" } as const;
const answers = { 200: "*/*" }; // by format

/** Read at once. */
const PAGE = 500;

/** A session's events as a file, in the order of the room. */
export const ofSession = feed(
  {
    path: "GET /sessions/:id/export",
    id: "exportSession",
    summary: "A session's events as a file, in the order of the room: NDJSON or CSV",
    right: "events.read",
    target: { field: "id", kind: "session" },
    input: fields({ id: { type: "string", format: "uuid" }, format, ...eventQuestion }, ["id", "format"]),
    answers,
  },
  async (asked, _gateway, response) => {
    const sessionId = asked.input.id;
    const read: ReadPage = async (after) => {
      const page = await asked.call<Page<ServedEvent> | null>("storage.history", { sessionId, after, limit: PAGE });
      if (!page) throw notFound("session of that id");
      return { events: page.items, next: page.next };
    };
    const first = await read(undefined); // the cursor in it keeps the end where it is now
    if (first.events.length === 0) throw notFound("event of this session");
    await answer(asked, response, { kind: "session", id: sessionId, first, read });
  },
);

/** A broadcast's events as a file, in the order in which they came. */
export const ofStream = feed(
  {
    path: "GET /streams/:id/export",
    id: "exportStream",
    summary: "A broadcast's events as a file, in the order in which they came: NDJSON or CSV",
    right: "events.read",
    target: { field: "id", kind: "stream" },
    input: fields({ id: streamId, format, ...eventQuestion }, ["id", "format"]),
    answers,
  },
  async (asked, _gateway, response) => {
    const { call, input } = asked;
    const { stored } = await locate(call, input.id);
    if (!stored) throw notFound("event of this stream");
    const { position: through } = await call<{ position: string }>("storage.boundary");
    const read: ReadPage = async (after = "0-0") => {
      const query = { streamId: stored.streamId, after, through, limit: PAGE };
      const page = await call<{ items: { event: ServedEvent }[]; next: string | null }>("storage.feed", query);
      return { events: page.items.map(({ event }) => event), next: page.next };
    };
    await answer(asked, response, { kind: "stream", id: stored.streamId, first: await read(undefined), read });
  },
);

interface Exported {
  kind: "session" | "stream";
  id: string;
  first: Awaited<ReturnType<ReadPage>>;
  read: ReadPage;
}

async function answer(
  { input, view, request }: Asked<EventQuestion & { format: Format }>,
  response: ServerResponse,
  { kind, id, first, read }: Exported,
): Promise<void> {
  const select = selector(input, view);
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  response.writeHead(200, {
    "content-type": formats[input.format].type,
    "content-disposition": `attachment; filename="${fileName(kind, id, input.format)}"`,
  });
  if (request.method === "HEAD") return void response.end();
  await send(response, pages(input.format, first, read, select, gone.signal));
}
