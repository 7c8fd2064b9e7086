import type { Endpoints } from "../source.ts";

/** The hosts that the connector asks for, by its own defaults. */
const WEB = "www.tiktok.com";
const WEBCAST = "webcast.tiktok.com";

/**
 * The origin behind a configured host. A URL says itself whether it is http or https; otherwise names on the internet
 * are https, and this machine, private networks and names without a dot (containers) are http.
 */
export function originOf(host: string): string {
  if (/^https?:\/\//.test(host)) return new URL(host).origin;
  const { hostname } = new URL(`http://${host}`);
  return `${isNearby(hostname) ? "http" : "https"}://${host}`;
}

function isNearby(hostname: string): boolean {
  if (hostname.startsWith("[")) return hostname === "[::1]" || /^\[(::ffff:|f[cd])/i.test(hostname);
  if (/^\d+(\.\d+){3}$/.test(hostname)) return /^(0|10|127|192\.168|172\.(1[6-9]|2\d|3[01]))\./.test(hostname);
  return !hostname.includes(".") || hostname.endsWith(".localhost");
}

/**
 * Where a request of the connector really goes. Its own choice is the wrong way round: https for loopback and plain
 * http, cookies included, for TikTok.
 */
export function rewrite(url: URL, { webHost, webcastHost }: Omit<Endpoints, "signUrl">): URL {
  const origin =
    url.hostname === WEB ? originOf(webHost) : url.hostname === WEBCAST ? originOf(webcastHost) : undefined;
  const rewritten = new URL(url);
  if (origin) {
    const { protocol, host } = new URL(origin);
    rewritten.protocol = protocol;
    rewritten.host = host;
    if (!new URL(origin).port) rewritten.port = "";
  } else if (/(^|\.)tiktok\.com$/.test(url.hostname)) rewritten.protocol = "https:";
  return rewritten;
}
