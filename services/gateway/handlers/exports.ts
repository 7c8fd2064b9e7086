import type { ServerResponse } from "node:http";
import type { Page, ServedEvent } from "../../../contracts/api.ts";
import { uuid } from "../../../contracts/fields.ts";
import { registryOf } from "../access.ts";
import { ApiError, notFound } from "../errors.ts";
import { eventQuestion, filterOf, shownPage } from "../event-question.ts";
import { type Format, fileName, formats, pages, send } from "../export.ts";
import { holderOf } from "../feed-holder.ts";
import type { Gateway } from "../gateway.ts";
import { fields, id as streamId } from "../input.ts";
import { locate } from "../locate.ts";
import { type Asked, feed } from "../route.ts";

const format = {
  enum: ["ndjson", "csv"],
  default: "ndjson",
  description: "ndjson: an event as JSON on each line; csv: a table.",
} as const;
const answers = { 200: "*/*" }; // by format
const cost = 5;

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
    input: fields({ ...eventQuestion, id: uuid, format }, ["id", "format"]),
    cost,
    answers,
  },
  async ({ input: { id: sessionId, ...input }, ...asked }, gateway, response) => {
    const of = { action: "storage.history", params: { sessionId }, kind: "session", id: sessionId } as const;
    await answer({ ...asked, input }, gateway, response, of);
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
    input: fields({ ...eventQuestion, id: streamId, format }, ["id", "format"]),
    cost,
    answers,
  },
  async ({ input: { id, ...input }, ...asked }, gateway, response) => {
    const { stored } = await locate(asked.call, id);
    if (!stored) throw notFound("event of this stream");
    const { streamId } = stored;
    const of = { action: "storage.streamHistory", params: { streamId }, kind: "stream", id: streamId } as const;
    await answer({ ...asked, input }, gateway, response, of);
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
  { input: { format, ...question }, who, view, request, call }: Omit<Asked<Question>, "note" | "scope">,
  gateway: Gateway,
  response: ServerResponse,
  { action, params, kind, id }: Exported,
): Promise<void> {
  const query = { ...filterOf(question, view), ...params, limit: PAGE };
  const read = async (after?: string) => {
    const page = await call<Page<ServedEvent> | null>(action, { ...query, ...(after !== undefined && { after }) });
    if (!page) throw notFound(`${kind} of that id`);
    return shownPage(page, view);
  };
  const { owner, stillAllowed } = holderOf(registryOf(gateway), who, request);
  if (response.destroyed) return; // gone before it was answered
  const leave = gateway.exports.take(owner);
  const gone = new AbortController();
  response.once("close", () => {
    gone.abort();
    leave();
  });
  const first = await read(); // the cursor in it keeps the end where it is now
  const next = async (after: string) => {
    if (!(await stillAllowed().catch(() => true))) throw revoked();
    return read(after);
  };
  response.writeHead(200, {
    "content-type": formats[format].type,
    "content-disposition": `attachment; filename="${fileName(kind, id, format)}"`,
  });
  if (request.method === "HEAD") return void response.end();
  await send(response, pages(format, first, next, gone.signal));
}

const revoked = () => new ApiError(401, "REVOKED", "The credentials have ended, or have other rights now.");
