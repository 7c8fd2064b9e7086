import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Client } from "./client.ts";

/** Two years, as seed 000 has it. */
const HSTS = "max-age=63072000";

/** On every answer; the dashboard's pages replace the policy by their own. */
export function securityHeaders(tls: boolean): Record<string, string> {
  return {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cache-control": "no-store",
    ...(tls ? { "strict-transport-security": HSTS } : {}),
  };
}

/**
 * For the dashboard: nothing inline, nothing from elsewhere but pictures (TikTok's avatars and gifts). Styles that the
 * page sets through the CSSOM, as Svelte does, need no exception.
 */
export const DASHBOARD_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data: https:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** For the page that shows the API's documents: the same, but for pictures: it has only those that its styles hold. */
export const DOCS_POLICY = DASHBOARD_POLICY.replace("img-src 'self' data: https:", "img-src 'self' data:");

/** The caller's id for this request when it can stand in a log, else a new one. */
export function correlationId(headers: IncomingHttpHeaders): string {
  const given = headers["x-correlation-id"];
  return typeof given === "string" && /^[\w.:-]{1,64}$/.test(given) ? given : randomUUID();
}

/** True when the request left its client over TLS, as far as we or our proxies can tell. */
export const overTls = ({ client }: { client: Client }): boolean => client.overTls;

/** The value of a cookie, or undefined. The first one counts; a malformed header has none. */
export function cookie(headers: IncomingHttpHeaders, name: string): string | undefined {
  for (const part of headers.cookie?.split(";") ?? []) {
    const [key, value] = part.split("=", 2);
    if (key?.trim() === name) return value?.trim();
  }
  return undefined;
}

/** Whether a request is to become a WebSocket; what else it offers to speak, HTTP/2 for one, is not taken up. */
export const isUpgrade = ({ url = "/", headers }: IncomingMessage): boolean =>
  url.split("?", 1)[0] === "/ws" && headers.upgrade?.toLowerCase() === "websocket";
