import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What came to one path of a receiver. */
export interface Received {
  id: string;
  method: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it sent
  json: any;
}

/** What a path answers: a status, or whatever a listener does. */
export type Behaviour = number | ((response: ServerResponse, received: Received) => void);

/** Webhooks' other side, on loopback: each path is a destination with a behaviour of its own. */
export class Receiver {
  readonly #server: Server;
  readonly #behaviours = new Map<string, Behaviour[]>();
  readonly #received = new Map<string, Received[]>();

  constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("error", () => {}).on("data", (chunk) => chunks.push(chunk));
      request.on("end", () => {
        const { url = "", headers, method } = request;
        const body = Buffer.concat(chunks).toString();
        const received = { id: String(headers["webhook-id"]), headers, body, json: body && JSON.parse(body), method };
        const before = this.#received.get(url);
        if (before) before.push(received);
        else this.#received.set(url, [received]);
        this.#answer(url, response, received);
      });
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  /** For EGRESS_ALLOW. */
  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  url(path: string): string {
    return `http://${this.host}${path}`;
  }

  /** What a path does from now on: the first once, ..., the last for good. Without any it answers 204. */
  will(path: string, ...behaviours: Behaviour[]): void {
    this.#behaviours.set(path, behaviours);
  }

  /** Requests to a path, in their order. */
  at(path: string): Received[] {
    return [...(this.#received.get(path) ?? [])];
  }

  /** Ends every connection without an answer. */
  hangUp(): void {
    this.#server.closeAllConnections();
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(path: string, response: ServerResponse, received: Received): void {
    const behaviours = this.#behaviours.get(path) ?? [204];
    const behaviour = behaviours.length > 1 ? behaviours.shift() : behaviours[0];
    if (typeof behaviour === "function") behaviour(response, received);
    else response.writeHead(behaviour ?? 204).end();
  }
}

/** An answer that goes on for ever, a little at a time. */
export function drip(response: ServerResponse): void {
  const timer = setInterval(() => response.write("x"), 5);
  response.on("close", () => clearInterval(timer));
}

/** The same, as fast as it is taken. */
export function flood(response: ServerResponse): void {
  const pour = () => {
    while (!response.destroyed && response.write(Buffer.alloc(65_536)));
  };
  response.on("drain", pour);
  pour();
}
