import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/**
 * What the link does: `pass`; `silence`, as a cable that was pulled, nothing gets through either way, nothing is lost
 * and nobody is told; `dropReplies`, requests arrive and are carried out, and the answers vanish. After `dropReplies`
 * a connection has a hole in it: end it by `reset`.
 */
export type LinkMode = "pass" | "silence" | "dropReplies";

/** A TCP link on loopback between a client and a server, with faults. */
export class FaultProxy {
  readonly #pairs = new Set<{ client: Socket; server: Socket }>();
  readonly #stranded = new Set<Socket>();
  readonly #listener = createServer((client) => this.#join(client));
  #mode: LinkMode = "pass";
  #target: number;

  /** @param target port of the server on 127.0.0.1 */
  constructor(target: number) {
    this.#target = target;
  }

  /** Where clients connect, once started. */
  get port(): number {
    return (this.#listener.address() as AddressInfo).port;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  async start(): Promise<this> {
    this.#listener.listen(0, "127.0.0.1");
    await once(this.#listener, "listening");
    return this;
  }

  /** New connections go to another port: the server came back elsewhere. */
  moveTo(target: number): void {
    this.#target = target;
  }

  /** The same URL with the proxy's port. */
  urlFor(url: string): string {
    return Object.assign(new URL(url), { port: String(this.port) }).href;
  }

  setMode(mode: LinkMode): void {
    this.#mode = mode;
    for (const { client, server } of this.#pairs) this.#flow(client, server);
  }

  /** The connections of this moment go silent for good, as when a firewall forgot them; new ones pass. */
  strand(): void {
    for (const { client, server } of this.#pairs) {
      this.#stranded.add(client.pause());
      this.#stranded.add(server.pause());
    }
  }

  /** Cuts every connection with a TCP reset; what was on its way is lost. */
  reset(): void {
    for (const { client, server } of this.#pairs) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
    this.#pairs.clear();
  }

  async stop(): Promise<void> {
    this.reset();
    this.#listener.close();
    await once(this.#listener, "close");
  }

  #join(client: Socket): void {
    const server = connect(this.#target, "127.0.0.1");
    const pair = { client, server };
    this.#pairs.add(pair);
    const end = () => {
      this.#pairs.delete(pair);
      for (const socket of [client, server]) this.#stranded.delete(socket);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) socket.setNoDelay().on("error", end).on("close", end);
    client.on("data", (data) => server.write(data));
    server.on("data", (data) => this.#mode !== "dropReplies" && client.write(data));
    this.#flow(client, server);
  }

  #flow(client: Socket, server: Socket): void {
    for (const socket of [client, server]) {
      if (this.#mode === "silence" || this.#stranded.has(socket)) socket.pause();
      else socket.resume();
    }
  }
}
