import { ConnectError, type ConnectErrorCode } from "../connect-error.ts";
import type { Closed } from "../source.ts";

/** Euler's own words for its close codes (@eulerstream/euler-websocket-sdk 0.0.6), and what follows from each. */
const closings: Readonly<Record<number, { error?: ConnectErrorCode; ended?: true; routine?: true }>> = {
  4005: { ended: true }, // stream end
  4404: { error: "OFFLINE" }, // not live
  4400: { error: "EULER_BAD_OPTIONS" },
  4401: { error: "EULER_KEY_INVALID" },
  4403: { error: "EULER_FORBIDDEN" },
  4429: { error: "EULER_TOO_MANY_CONNECTIONS" },
  4555: { routine: true }, // its eight hours are over
  // 1000 normal, 1006 lost, 1011 its server, 4006 no messages, 4500 TikTok closed, 4556 fetch, 4557 room info: back-off
};

/** The same for an upgrade that was refused by HTTP. */
const refusals: Readonly<Record<number, ConnectErrorCode>> = {
  400: "EULER_BAD_OPTIONS",
  401: "EULER_KEY_INVALID",
  402: "EULER_FORBIDDEN",
  403: "EULER_FORBIDDEN",
  404: "OFFLINE",
  429: "EULER_TOO_MANY_CONNECTIONS",
};

/** Connections that a key has in use do not become free soon. */
const LONG_MS = 300_000;

const errorOf = (code: ConnectErrorCode): ConnectError =>
  new ConnectError(code, undefined, { retryAfterMs: code === "EULER_TOO_MANY_CONNECTIONS" ? LONG_MS : 0 });

/** What a close means for a connection that stood. Euler's own text is left out: it could name anything. */
export function closedWith(code: number): Closed {
  const { error, ended = false, routine = false } = closings[code] ?? {};
  return {
    code,
    reason: ended ? "the stream ended" : `socket closed with ${code}`,
    streamEnded: ended,
    ...(error ? { error: errorOf(error) } : {}),
    ...(routine ? { isRoutine: true } : {}),
  };
}

/** What it means for one that never did. */
export function failedWith(code: number): ConnectError {
  const { error, ended } = closings[code] ?? {};
  if (ended) return new ConnectError("OFFLINE");
  return error ? errorOf(error) : new ConnectError("EULER_UNAVAILABLE", `Euler closed the connection with ${code}`);
}

/** What an HTTP status means that came instead of a WebSocket. */
export function refusedWith(status: number, retryAfter: string | undefined): ConnectError {
  const code = refusals[status];
  if (!code) return new ConnectError("EULER_UNAVAILABLE", `Euler answered ${status}`);
  const seconds = Number.parseInt(retryAfter ?? "", 10);
  return status === 429 && seconds > 0
    ? new ConnectError(code, undefined, { retryAfterMs: Math.min(seconds * 1_000, 3_600_000) })
    : errorOf(code);
}
