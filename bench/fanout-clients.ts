import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { percentile } from "./measure.ts";

/** What fanout.ts asks of its clients, a process of their own. */
export type Question =
  | { ask: "connect"; port: number; path: string; key: string; clients: number }
  /** From now on come this many events. */
  | { ask: "begin"; events: number }
  /** They have been handed over at these times (`now`), the first of them under this seqNo. */
  | { ask: "finish"; firstSeqNo: number; handedOver: Float64Array };

export interface Reading {
  p50Ms: number;
  p99Ms: number;
  /** What was not as it must be: each client gets each event once, in order. */
  faults: string[];
}

/** In milliseconds, the same in every process of this machine. */
export const now = (): number => Number(process.hrtime.bigint()) / 1e6;

/** Clients whose every event is timed. */
const TIMED = 100;
/** For the last events, once all have been handed over. */
const PATIENCE_MS = 10_000;

const SEQ_NO = Buffer.from('"seqNo":'); // stands in an event once: what people write has its quotes escaped
const COMMA = ",".charCodeAt(0);
const ZERO = "0".charCodeAt(0);
/** Room that must be left before what is read: for the longest piece that counts, `"seqNo":` and 16 digits. */
export const HEADROOM = 32;

/**
 * Finds the events in the bytes of a live feed and checks that each comes once, in order. Knows no HTTP and no JSON, as
 * a thousand of them share a core with what is measured.
 */
export class FeedReader {
  count = 0;
  firstSeqNo = 0;
  /** Events that did not follow the one before them. */
  faults = 0;
  #last = 0;
  readonly #carry = Buffer.alloc(HEADROOM);
  #carried = 0;

  /** Forgets what was counted. */
  reset(): void {
    this.count = this.firstSeqNo = this.faults = this.#last = 0;
  }

  /** @param bytes HEADROOM, which is overwritten, then what was read, which ends at `end` */
  read(bytes: Buffer, end: number): void {
    let from = HEADROOM - this.#carried;
    this.#carry.copy(bytes, from, 0, this.#carried);
    for (;;) {
      const found = bytes.indexOf(SEQ_NO, from);
      if (found === -1 || found >= end) break; // what lies behind `end` was read before
      let digit = found + SEQ_NO.length;
      let seqNo = 0;
      while (digit < end && bytes[digit] !== COMMA) seqNo = seqNo * 10 + (bytes[digit++] as number) - ZERO;
      if (digit >= end) break;
      this.#take(seqNo);
      from = digit;
    }
    const rest = Math.max(from, end - HEADROOM);
    this.#carried = bytes.copy(this.#carry, 0, rest, end);
  }

  #take(seqNo: number): void {
    if (this.count === 0) this.firstSeqNo = seqNo;
    else if (seqNo !== this.#last + 1) this.faults++;
    this.#last = seqNo;
    this.count++;
  }
}

/** `arrivals`: when each of its events came, if that is wanted. */
interface Client {
  reader: FeedReader;
  arrivals: Float64Array | undefined;
}

const clients: Client[] = [];
let events = 0;
/** All sockets read into this, one after the other. */
const bytes = Buffer.alloc(HEADROOM + 65_536);

async function open({ port, path, key, clients: count }: Extract<Question, { ask: "connect" }>): Promise<void> {
  const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: ${key}\r\nAccept: text/event-stream\r\n\r\n`;
  for (let i = 0; i < count; i++) {
    const client: Client = { reader: new FeedReader(), arrivals: undefined };
    const answered = Promise.withResolvers<void>();
    const callback = (length: number): boolean => {
      const at = now();
      const before = client.reader.count;
      client.reader.read(bytes, HEADROOM + length);
      client.arrivals?.fill(at, before, client.reader.count);
      answered.resolve();
      return true;
    };
    const socket = connect({ port, host: "127.0.0.1", onread: { buffer: bytes.subarray(HEADROOM), callback } });
    socket.on("close", () => fail(`a connection was closed: ${i}`));
    socket.write(request);
    clients.push(client);
    await Promise.race([answered.promise, once(socket, "error").then(([error]) => Promise.reject(error))]);
  }
}

function begin(count: number): void {
  events = count;
  const step = Math.max(1, clients.length / TIMED);
  const timed = new Set(Array.from({ length: Math.min(TIMED, clients.length) }, (_, i) => Math.floor(i * step)));
  for (const [i, client] of clients.entries()) {
    client.reader.reset();
    client.arrivals = timed.has(i) ? new Float64Array(count) : undefined;
  }
}

async function finish({ firstSeqNo, handedOver }: Extract<Question, { ask: "finish" }>): Promise<Reading> {
  const deadline = now() + PATIENCE_MS;
  while (clients.some(({ reader }) => reader.count < events) && now() < deadline) await sleep(50);
  await sleep(200); // what comes twice comes late
  const latencies: number[] = [];
  const faults: string[] = [];
  for (const [i, { reader, arrivals }] of clients.entries()) {
    const { count, firstSeqNo: first } = reader;
    if (count !== events || first !== firstSeqNo || reader.faults > 0) {
      faults.push(`client ${i}: ${count} of ${events} from seqNo ${first}, ${reader.faults} out of order`);
    }
    arrivals?.subarray(0, count).forEach((at, event) => {
      latencies.push(at - (handedOver[event] as number));
    });
  }
  return { p50Ms: percentile(latencies, 0.5), p99Ms: percentile(latencies, 0.99), faults };
}

function fail(message: string): never {
  process.stderr.write(`fanout clients: ${message}\n`);
  process.exit(1);
}

if (process.argv[2] === "clients") {
  process.on("disconnect", () => process.exit(0));
  process.on("message", async (question: Question) => {
    try {
      if (question.ask === "connect") await open(question);
      else if (question.ask === "begin") begin(question.events);
      process.send?.(question.ask === "finish" ? await finish(question) : "done");
    } catch (error) {
      fail(String(error));
    }
  });
}
