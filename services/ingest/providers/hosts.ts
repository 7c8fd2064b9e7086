import { httpBaseOf } from "../../../lib/http-base.ts";
import type { Endpoints } from "../source.ts";

/** The hosts that the connector asks for, by its own defaults. */
const WEB = "www.tiktok.com";
const WEBCAST = "webcast.tiktok.com";

/**
 * Where a request of the connector really goes. Its own choice is the wrong way round: https for loopback and plain
 * http, cookies included, for TikTok.
 */
export function rewrite(url: URL, { webHost, webcastHost }: Omit<Endpoints, "signUrl">): URL {
  const origin =
    url.hostname === WEB ? httpBaseOf(webHost) : url.hostname === WEBCAST ? httpBaseOf(webcastHost) : undefined;
  const rewritten = new URL(url);
  if (origin) {
    const { protocol, host } = new URL(origin);
    rewritten.protocol = protocol;
    rewritten.host = host;
    if (!new URL(origin).port) rewritten.port = "";
  } else if (/(^|\.)tiktok\.com$/.test(url.hostname)) rewritten.protocol = "https:";
  return rewritten;
}
