import type { IncomingHttpHeaders } from "node:http";
import type { Config } from "../../contracts/config.ts";

type Origins = Pick<Config, "CORS_ALLOW_ORIGINS">;

const MAX_AGE_SECONDS = 600;
const ALLOWED_HEADERS =
  "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, X-API-Key, X-Correlation-ID, X-TTLC";
const EXPOSED_HEADERS =
  "ETag, Idempotent-Replayed, RateLimit-Limit, RateLimit-Policy, RateLimit-Remaining, RateLimit-Reset, Retry-After, X-Correlation-ID";

/**
 * Whether who asks is no page, a page of ours, or one of CORS_ALLOW_ORIGINS. Origins are compared whole: what only
 * begins or ends alike is another one.
 */
export function isAllowedOrigin(config: Origins, { origin, host }: IncomingHttpHeaders): boolean {
  if (origin === undefined || isListed(config, origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

/**
 * What a browser must know to hand an answer to a page of another origin that is allowed. Never with credentials: such
 * a page has a key of its own, and the cookie of the dashboard is not for it.
 */
export function corsHeaders(config: Origins, { origin }: IncomingHttpHeaders): Record<string, string> {
  if (!config.CORS_ALLOW_ORIGINS) return {};
  const vary = { vary: "Origin" };
  if (origin === undefined || !isListed(config, origin)) return vary;
  return { ...vary, "access-control-allow-origin": origin, "access-control-expose-headers": EXPOSED_HEADERS };
}

/** The answer to the question a browser asks before it sends a request of such a page; undefined: it is none. */
export function preflightHeaders(
  config: Origins,
  headers: IncomingHttpHeaders,
  methods: readonly string[],
): Record<string, string> | undefined {
  const { origin, "access-control-request-method": method } = headers;
  if (method === undefined || methods.length === 0 || origin === undefined || !isListed(config, origin)) return;
  return {
    "access-control-allow-methods": methods.join(", "),
    "access-control-allow-headers": ALLOWED_HEADERS,
    "access-control-max-age": String(MAX_AGE_SECONDS),
  };
}

const isListed = ({ CORS_ALLOW_ORIGINS = "" }: Origins, origin: string) =>
  CORS_ALLOW_ORIGINS.split(",").includes(origin);
