import type { ServerResponse } from "node:http";
import type { Page, ServedEvent } from "../../../contracts/api.ts";
import { notFound } from "../errors.ts";
import { eventQuestion, filterOf, shownPage } from "../event-question.ts";
import { type Format, fileName, formats, pages, send } from "../export.ts";
import { fields, id as streamId, uuid } from "../input.ts";
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
    cost: 5,
    target: { field: "id", kind: "session" },
    input: fields({ ...eventQuestion, id: uuid, format }, ["id", "format"]),
    answers,
  },
  async ({ input: { id: sessionId, ...input }, ...asked }, _gateway, response) => {
    const of = { action: "storage.history", params: { sessionId }, kind: "session", id: sessionId } as const;
    await answer({ ...asked, input }, response, of);
  },
);

/** A broadcast's events as a file, in the order in which they came. */
export const ofStream = feed(
  {
    path: "GET /streams/:id/export",
    id: "exportStream",
    summary: "A broadcast's events as a file, in the order in which they came: NDJSON or CSV",
    right: "events.read",
    cost: 5,
    target: { field: "id", kind: "stream" },
    input: fields({ ...eventQuestion, id: streamId, format }, ["id", "format"]),
    answers,
  },
  async ({ input: { id, ...input }, ...asked }, _gateway, response) => {
    const { stored } = await locate(asked.call, id);
    if (!stored) throw notFound("event of this stream");
    const { streamId } = stored;
    const of = { action: "storage.streamHistory", params: { streamId }, kind: "stream", id: streamId } as const;
    await answer({ ...asked, input }, response, of);
  },
);

type Question = Parameters<typeof filterOf>[0] & { format: Format };

interface Exported {
  /** Which history it is. */
  action: string;
  params: object;
  /** What the file is called. */
  kind: "session" | "stream";
  id: string;
}

async function answer(
  { input: { format, ...question }, view, request, call }: Omit<Asked<Question>, "note" | "who" | "scope">,
  response: ServerResponse,
  { action, params, kind, id }: Exported,
): Promise<void> {
  const query = { ...filterOf(question, view), ...params, limit: PAGE };
  const read = async (after?: string) => {
    const page = await call<Page<ServedEvent> | null>(action, { ...query, ...(after !== undefined && { after }) });
    if (!page) throw notFound(`${kind} of that id`);
    return shownPage(page, view);
  };
  const first = await read(); // the cursor in it keeps the end where it is now
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  response.writeHead(200, {
    "content-type": formats[format].type,
    "content-disposition": `attachment; filename="${fileName(kind, id, format)}"`,
  });
  if (request.method === "HEAD") return void response.end();
  await send(response, pages(format, first, read, gone.signal));
}
