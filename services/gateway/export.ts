import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Page, ServedEvent } from "../../contracts/api.ts";
import { csvHeader, csvLines } from "./csv.ts";

export const formats = {
  ndjson: {
    type: "application/x-ndjson; charset=utf-8",
    header: () => "",
    lines: (events: readonly ServedEvent[]) => events.map((event) => `${JSON.stringify(event)}\n`).join(""),
  },
  csv: { type: "text/csv; charset=utf-8; header=present", header: csvHeader, lines: csvLines },
} as const;
export type Format = keyof typeof formats;

/** The events that are wanted, as they are shown, after a cursor; a page may be without any and not the last one. */
export type ReadPage = (after: string) => Promise<Page<ServedEvent>>;

/**
 * The text of an export, page by page: the next page is read when this one was taken, so that no more than two are in
 * memory however slowly the client reads.
 *
 * @param first already read: what cannot be exported was refused before the answer began
 */
export async function* pages(
  format: Format,
  first: Page<ServedEvent>,
  read: ReadPage,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const { header, lines } = formats[format];
  const title = header();
  if (title) yield title;
  for (let page = first; ; ) {
    const text = lines(page.items);
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
