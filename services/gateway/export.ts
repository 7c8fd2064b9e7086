import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { View } from "../../contracts/access.ts";
import type { ServedEvent } from "../../contracts/api.ts";
import { eventMatcher } from "../../lib/event-filter.ts";
import { maskEvent } from "../../lib/mask-event.ts";
import { csvHeader, csvLines } from "./csv.ts";
import { type EventQuestion, filterOf } from "./event-question.ts";

export const formats = {
  ndjson: {
    type: "application/x-ndjson; charset=utf-8",
    header: () => "",
    lines: (events: readonly ServedEvent[]) => events.map((event) => `${JSON.stringify(event)}\n`).join(""),
  },
  csv: { type: "text/csv; charset=utf-8; header=present", header: csvHeader, lines: csvLines },
} as const;
export type Format = keyof typeof formats;

/** The next events after `after`; `next` is null at the end. */
export type ReadPage = (after: string | undefined) => Promise<{ events: ServedEvent[]; next: string | null }>;

/** Which of the events, in the form that the caller may see. */
export function selector(question: EventQuestion, view: View): (events: ServedEvent[]) => ServedEvent[] {
  const matches = eventMatcher(filterOf(question, view));
  const from = question.from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(question.from);
  const to = question.to === undefined ? Number.POSITIVE_INFINITY : Date.parse(question.to);
  return (events) => {
    const wanted = events.filter((event) => {
      const at = Date.parse(event.timestamp);
      return at >= from && at < to && matches(event);
    });
    return view === "whole" ? wanted : wanted.map(maskEvent);
  };
}

/**
 * The text of an export, page by page: the next page is read when this one was taken, so that no more than two are in
 * memory however slowly the client reads.
 *
 * @param first already read: what cannot be exported was refused before the answer began
 */
export async function* pages(
  format: Format,
  first: Awaited<ReturnType<ReadPage>>,
  read: ReadPage,
  select: (events: ServedEvent[]) => ServedEvent[],
  signal: AbortSignal,
): AsyncGenerator<string> {
  const { header, lines } = formats[format];
  const title = header();
  if (title) yield title;
  for (let page = first; ; ) {
    const text = lines(select(page.events));
    if (text) yield text;
    if (page.next === null || signal.aborted) return;
    page = await read(page.next);
  }
}

/** A client that takes nothing for so long is not waited for any longer. */
const STALL_MS = 300_000;

/** Ends with the answer, or with the client; a fault in the middle breaks the connection, so that nobody takes a part for all. */
export async function send(response: ServerResponse, text: AsyncIterable<string>): Promise<void> {
  response.setTimeout(STALL_MS, () => response.destroy());
  await pipeline(Readable.from(text, { objectMode: false, highWaterMark: 1 }), response).catch((error) => {
    if (!isGone(error)) throw error;
  });
}

/** A client that had enough is no fault. */
const isGone = (error: unknown) =>
  ["ERR_STREAM_PREMATURE_CLOSE", "ECONNRESET", "EPIPE"].includes((error as NodeJS.ErrnoException).code ?? "");

/** What the file is called: of what we were asked for, nothing that a header or a file system would take for more. */
export const fileName = (kind: "session" | "stream", id: string, format: Format): string =>
  `ttlc-${kind}-${id.replaceAll(/[^\w-]+/g, "_")}.${format}`;
