import { once } from "node:events";
import { WebSocket } from "ws";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import { waitFor } from "./wait-for.ts";

/** A WebSocket that keeps what it was sent. */
export interface SocketFeed {
  ws: WebSocket;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it waits for
  frames: any[];
  /** Sends a request under an id of its own; resolves with its answer. */
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asks
  ask(request: object): Promise<any>;
  /** Events of one subscription, or of all. */
  events(subscription?: string): UnifiedEvent[];
  /** Where a subscription goes on. */
  position(subscription: string): string | undefined;
  /** Resolves once `check` does not throw. */
  until(check: () => void): Promise<void>;
  /** Resolves with the code once it is closed. */
  closed: Promise<number>;
}

/** @param url of the gateway; what follows it is the path, `/ws` if nothing does */
export async function openSocket(url: string, headers: Record<string, string> = {}): Promise<SocketFeed> {
  const { origin, pathname, search } = new URL(url);
  const ws = new WebSocket(`${origin.replace("http", "ws")}${pathname === "/" ? "/ws" : pathname}${search}`, {
    headers,
  });
  const frames: SocketFeed["frames"] = [];
  ws.on("message", (data) => frames.push(JSON.parse(String(data))));
  const closed = new Promise<number>((resolve) => {
    ws.on("close", resolve);
  });
  await once(ws, "open");
  const of = (type: string, subscription: string | undefined) =>
    frames.filter(
      (frame) => frame.type === type && (subscription === undefined || frame.subscription === subscription),
    );
  let asked = 0;
  const until = (check: () => void) => waitFor(check, 30_000);
  return {
    ws,
    frames,
    async ask(request) {
      const id = ++asked;
      ws.send(JSON.stringify({ id, ...request }));
      return waitFor(() => {
        const answer = frames.find((frame) => frame.type === "response" && frame.id === id);
        if (!answer) throw new Error("no answer yet");
        return answer;
      });
    },
    events: (subscription) => of("batch", subscription).flatMap(({ events }) => events),
    position: (subscription) => of("batch", subscription).at(-1)?.position,
    until,
    closed,
  };
}

/** What an upgrade that is refused is answered: the HTTP status and the body. */
export function refusedSocket(
  url: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: { error_code: string; correlation_id: string } }> {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(url.replace("http", "ws"), { headers });
    ws.on("open", () => reject(new Error("it was let in")));
    ws.on("error", reject);
    ws.on("unexpected-response", async (_request, response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) });
    });
  });
}
