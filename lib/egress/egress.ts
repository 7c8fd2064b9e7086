import { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request as openHttp } from "node:http";
import { request as openHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import type { Service } from "moleculer";
import type { AllowList } from "./allow-list.ts";
import { Deadlines } from "./deadlines.ts";
import { EgressFailedError, type EgressFault, EgressRefusedError } from "./errors.ts";
import { type Resolve, resolver } from "./names.ts";
import { type Target, targetOf } from "./target.ts";

/** Durations in milliseconds, all from the beginning of a request; sizes in bytes. */
export interface EgressLimits {
  /** For the name, the connection and the handshake. */
  connectMs: number;
  /** For the head of the answer. */
  headersMs: number;
  totalMs: number;
  maxReplyBytes: number;
  maxHeaderBytes: number;
  maxHeaders: number;
}

export const egressLimits: EgressLimits = {
  connectMs: 5_000,
  headersMs: 8_000,
  totalMs: 10_000,
  maxReplyBytes: 64 * 1024,
  maxHeaderBytes: 16 * 1024,
  maxHeaders: 64,
};

export interface EgressRequest {
  url: string;
  method?: "POST" | "GET" | "PUT" | "PATCH" | "DELETE";
  /** Beside those that the request itself decides: host, length, connection, encoding. */
  headers?: Record<string, string>;
  body?: string;
  /** Gives the request up. */
  signal?: AbortSignal;
}

export interface EgressReply {
  /** Whatever it is: a redirect is an answer like any other. */
  status: number;
  headers: IncomingHttpHeaders;
  /** As it came: nothing is decompressed. At most `maxReplyBytes` of it. */
  body: Buffer;
  /** Why that is not the whole body: it was too large, too slow, broken off, or we gave it up. Null: it is. */
  cut: EgressFailedError | null;
  durationMs: number;
}

const UNKNOWN = "its name cannot be resolved";

interface EgressOptions {
  /** What is allowed beside the public internet. */
  allow: AllowList;
  resolve?: Resolve;
  /** Is told where refused names lead: who gave them is not. */
  logger?: Pick<Service["logger"], "info">;
  limits?: Partial<EgressLimits>;
}

/**
 * The only way out of ttlc for addresses that people give us: webhooks of rules and of the forwarder.
 *
 * A name is resolved once for each request, and the connection is made to the addresses that were checked: what it resolves
 * to a moment later does not matter. Connections are not kept, so none outlives a change of its name by more than `totalMs`.
 */
export class Egress {
  readonly #allow: AllowList;
  readonly #resolve: Resolve;
  readonly #logger: EgressOptions["logger"];
  readonly #limits: EgressLimits;

  constructor({ allow, resolve = resolver(), logger, limits }: EgressOptions) {
    this.#allow = allow;
    this.#resolve = resolve;
    this.#logger = logger;
    this.#limits = { ...egressLimits, ...limits };
  }

  /**
   * Whether anything would be sent there now: for when an address is saved. It is checked again whenever something is sent.
   *
   * @throws EgressRefusedError also for a name that does not exist, or not yet
   */
  async check(url: string): Promise<void> {
    const deadlines = new Deadlines(this.#limits.connectMs);
    try {
      await deadlines.before(this.#targetOf(url, deadlines.signal));
    } catch (error) {
      throw error instanceof EgressFailedError ? new EgressRefusedError(UNKNOWN) : error;
    } finally {
      deadlines.end();
    }
  }

  /**
   * Sends one request and takes its answer. Follows no redirect. Once its head is there it is an answer: what is wrong with
   * the rest ends the connection and is told by `cut`.
   *
   * @throws EgressRefusedError before anything was sent
   * @throws EgressFailedError when no answer began in time; it may have got there all the same
   */
  async send(request: EgressRequest): Promise<EgressReply> {
    const startedAt = performance.now();
    const { connectMs, headersMs, totalMs, maxHeaders, maxReplyBytes } = this.#limits;
    const deadlines = new Deadlines(totalMs, request.signal);
    try {
      deadlines.stage(connectMs, "it did not take a connection in time");
      const target = await deadlines.before(this.#targetOf(request.url, deadlines.signal));
      const call = this.#open(target, request, deadlines.signal);
      call.once("socket", (socket) => {
        const spentMs = () => performance.now() - startedAt;
        socket.once(target.url.protocol === "https:" ? "secureConnect" : "connect", () =>
          deadlines.stage(headersMs - spentMs(), "it did not begin its answer in time"),
        );
      });
      const reply = await deadlines.before(headOf(call));
      deadlines.stage();
      if (reply.rawHeaders.length > 2 * maxHeaders) throw tooManyHeaders();
      const chunks: Buffer[] = [];
      const cut = await deadlines.before(readBody(reply, chunks, maxReplyBytes)).then(
        () => null,
        (error: EgressFailedError) => error,
      );
      const durationMs = Math.round(performance.now() - startedAt);
      return { status: reply.statusCode ?? 0, headers: reply.headers, body: Buffer.concat(chunks), cut, durationMs };
    } finally {
      deadlines.end();
    }
  }

  async #targetOf(url: string, signal: AbortSignal): Promise<Target> {
    try {
      return await targetOf(url, this.#allow, (host, isListed) => this.#addressesOf(host, { isListed, signal }));
    } catch (error) {
      const ledTo = error instanceof EgressRefusedError ? error.ledTo : undefined;
      if (ledTo) this.#logger?.info({ host: new URL(url).host, ledTo }, "a webhook's name leads to no public address");
      throw error;
    }
  }

  async #addressesOf(host: string, how: Parameters<Resolve>[1]): Promise<string[]> {
    try {
      return await this.#resolve(host, how);
    } catch (cause) {
      throw new EgressFailedError("dns", UNKNOWN, { cause });
    }
  }

  #open({ url, port, addresses }: Target, { method = "POST", headers, body = "" }: EgressRequest, signal: AbortSignal) {
    const open = url.protocol === "https:" ? openHttps : openHttp;
    const call = open({
      protocol: url.protocol,
      hostname: url.hostname.replace(/^\[|\]$/g, ""),
      port,
      path: url.pathname + url.search,
      method,
      headers: {
        ...ownHeaders(headers),
        host: url.host,
        "accept-encoding": "identity",
        "content-length": Buffer.byteLength(body),
        connection: "close",
      },
      agent: false,
      lookup: pinnedTo(addresses), // not asked for an address: those were checked as they are
      maxHeaderSize: this.#limits.maxHeaderBytes,
      signal,
    });
    call.end(body);
    return call;
  }
}

/** Without what says where a message goes or ends: that is not for who asks. */
const ownHeaders = (headers: Record<string, string> = {}) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !reserved.has(name.toLowerCase())));
const reserved = new Set(["transfer-encoding", "te", "trailer", "upgrade", "expect", "proxy-authorization"]);

const pinnedTo =
  (addresses: readonly string[]): LookupFunction =>
  (_host, { all }, done) => {
    const found = addresses.map((address) => ({ address, family: isIP(address) }));
    const [first] = found as [(typeof found)[number]];
    if (all) done(null, found);
    else done(null, first.address, first.family);
  };

/** Until the head of the answer is there. */
function headOf(call: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    call.once("response", resolve);
    call.on("error", (cause) => reject(failureOf(cause))); // every time: what comes after the first concerns nobody
    call.once("upgrade", () => reject(new EgressFailedError("bad_reply", "it wanted another protocol")));
  });
}

/** Into `chunks`, until it has ended or would be above `maxBytes`. */
function readBody(reply: IncomingMessage, chunks: Buffer[], maxBytes: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let bytes = 0;
    reply.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) reject(new EgressFailedError("reply_too_large", `its answer is above ${maxBytes} bytes`));
      else chunks.push(chunk);
    });
    reply.once("end", resolve);
    reply.on("error", (cause) => reject(failureOf(cause)));
    reply.once("close", () => reject(new EgressFailedError("connect", "its answer ended before its end")));
  });
}

/** What a broken request means; the message never repeats what the other side sent. */
function failureOf(cause: Error): EgressFailedError {
  const { code = "" } = cause as NodeJS.ErrnoException;
  const as = (fault: EgressFault, text: string) => new EgressFailedError(fault, text, { cause });
  if (code === "HPE_HEADER_OVERFLOW") return as("headers_too_large", "the head of its answer is too large");
  if (code.startsWith("HPE_")) return as("bad_reply", "its answer is no HTTP");
  if (/^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|EPROTO|HOSTNAME_MISMATCH)/.test(code)) {
    return as("tls", `no trusted connection: ${code}`);
  }
  return as("connect", `no connection: ${/^[A-Z_]+$/.test(code) ? code : "it was closed"}`);
}

const tooManyHeaders = () => new EgressFailedError("headers_too_large", "its answer has too many headers");
