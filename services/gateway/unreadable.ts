import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { ApiError, errorAnswer } from "./errors.ts";
import { correlationId, securityHeaders } from "./headers.ts";

const MAX_URL = 8_192;
const MAX_HEADERS = 100;

/** Why a request is not looked at any further, although Node could read it; undefined: it is fine. */
export function faultOf({ url = "/", rawHeaders, httpVersion }: IncomingMessage): ApiError | undefined {
  const names = rawHeaders.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
  const hosts = names.filter((name) => name === "host").length;
  if (!/^1\.[01]$/.test(httpVersion)) return bad("Speak HTTP/1.1.");
  if (names.length > MAX_HEADERS) return new ApiError(431, "HEADERS_TOO_LARGE", "There are too many headers.");
  if (url.length > MAX_URL) return new ApiError(414, "URI_TOO_LONG", `The address is longer than ${MAX_URL} bytes.`);
  if (hosts > 1 || (hosts === 0 && httpVersion === "1.1")) return bad("There must be one Host header.");
  if (!isDecodable(url)) return bad("The address is not percent-encoded UTF-8.");
  return undefined;
}

/** What Node could not read, by its code. */
const unreadable: Record<string, ApiError> = {
  HPE_HEADER_OVERFLOW: new ApiError(431, "HEADERS_TOO_LARGE", "The headers are too large."),
  ERR_HTTP_REQUEST_TIMEOUT: new ApiError(408, "REQUEST_TIMEOUT", "The request took too long to arrive."),
};

/** Bytes that are no HTTP request: nobody but the socket can be answered. */
export function refuseUnreadable(fault: NodeJS.ErrnoException, socket: Duplex): void {
  if (fault.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  refuse(socket, unreadable[fault.code ?? ""] ?? bad("This is no HTTP request."));
}

/** We are no proxy. */
export function refuseTunnel(_request: IncomingMessage, socket: Duplex): void {
  refuse(socket, new ApiError(405, "METHOD_NOT_ALLOWED", "There is no tunnel here."));
}

function refuse(socket: Duplex, error: ApiError): void {
  const id = correlationId({});
  const { status, body } = errorAnswer(error, id);
  const headers = { ...securityHeaders(false), "content-type": "application/json", "x-correlation-id": id };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\n${lines.join("")}\r\n${JSON.stringify(body)}`);
}

const bad = (message: string) => new ApiError(400, "BAD_REQUEST", message);

function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(url);
    return true;
  } catch {
    return false;
  }
}
