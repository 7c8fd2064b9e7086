import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import { waitFor } from "./wait-for.ts";

export interface Frame {
  id?: string;
  event?: string;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it waits for
  data?: any;
}

/** A Server-Sent Events connection that keeps what it was sent. */
export interface Feed {
  response: Response;
  frames: Frame[];
  /** All text, `retry:` lines included. */
  text(): string;
  /** Events of all batches. */
  events(): UnifiedEvent[];
  /** Last id: where to go on. */
  position(): string | undefined;
  /** Resolves once `check` does not throw. */
  until(check: () => void): Promise<void>;
  /** Resolves once the other side has ended it. */
  ended: Promise<void>;
  close(): void;
}

export async function openFeed(url: string, headers: Record<string, string>): Promise<Feed> {
  const abort = new AbortController();
  const response = await fetch(url, { headers, signal: abort.signal });
  if (!response.body || response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  const frames: Frame[] = [];
  let text = "";
  let parsed = 0;
  const read = async (body: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true });
      const end = text.lastIndexOf("\n\n") + 2;
      if (end <= parsed) continue;
      frames.push(...parseFrames(text.slice(parsed, end)));
      parsed = end;
    }
  };
  return {
    response,
    frames,
    text: () => text,
    events: () => frames.filter(({ event }) => event === "batch").flatMap(({ data }) => data),
    position: () => frames.findLast(({ id }) => id !== undefined)?.id,
    until: (check) => waitFor(check, 30_000),
    ended: read(response.body).catch(() => {}),
    close: () => abort.abort(),
  };
}

/** Server-Sent Events as objects; a block that only sets `retry` is left out. */
export function parseFrames(text: string): Frame[] {
  return text.split("\n\n").flatMap((block) => {
    const fields = Object.fromEntries(block.split("\n").map((line) => line.split(/: (.*)/s) as [string, string]));
    return fields.event ? [{ ...fields, data: JSON.parse(fields.data ?? "null") }] : [];
  });
}
