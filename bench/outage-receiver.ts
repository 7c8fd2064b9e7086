import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** How a receiver is: it answers, nothing listens there, it answers that it cannot, or it takes and never answers. */
export type Condition = "up" | "refuses" | "unavailable" | "hangs";

/** What came to it. */
export interface Request {
  path: string;
  /** Its webhook-id; empty without. */
  id: string;
  body: string;
  /** Unix milliseconds. */
  at: number;
  /** It was answered that all is well. */
  isTaken: boolean;
}

/** Where webhooks and chat go to, and what became of each: something that can be down in more than one way. */
export class OutageReceiver {
  readonly requests: Request[] = [];
  #server: Server | undefined;
  #port = 0;
  #condition: Condition = "up";

  async start(): Promise<this> {
    await this.#listen();
    return this;
  }

  /** For EGRESS_ALLOW. */
  get host(): string {
    return `127.0.0.1:${this.#port}`;
  }

  async become(condition: Condition): Promise<void> {
    this.#condition = condition;
    if (condition === "refuses") await this.stop();
    else if (!this.#server) await this.#listen();
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = new Promise((resolve) => server?.close(resolve) ?? resolve(undefined));
    server?.closeAllConnections();
    await closed;
  }

  async #listen(): Promise<void> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("error", () => {}).on("data", (chunk) => chunks.push(chunk));
      request.on("end", () => {
        const { url: path = "", headers } = request;
        const body = Buffer.concat(chunks).toString();
        const isTaken = this.#condition === "up";
        this.requests.push({ path, id: String(headers["webhook-id"] ?? ""), body, at: Date.now(), isTaken });
        this.#answer(response);
      });
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.#port, "127.0.0.1", resolve));
    this.#port = (server.address() as AddressInfo).port;
  }

  #answer(response: ServerResponse): void {
    if (this.#condition === "up") response.writeHead(200, { "content-type": "application/json" }).end('{"code":200}');
    else if (this.#condition === "unavailable") response.writeHead(503).end();
  }
}
