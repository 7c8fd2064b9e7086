import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Role } from "../../contracts/access.ts";
import type { Me } from "../../contracts/api.ts";
import type { Streams } from "../../mixins/streams.mixin.ts";
import { ApiError } from "./errors.ts";
import { cookie } from "./headers.ts";

const COOKIE = "ttlc_session";
const SESSION_SECONDS = 30 * 24 * 3600;

/** Who asks, once that is known. Travels as `ctx.meta.user`: holds no secret. */
export interface Principal {
  role: Role | "nobody";
  /** By which of the ways: a browser sends its cookie unasked, so that is trusted less. */
  by: "key" | "cookie" | "nothing";
  /** The channels it was made for; an admin has all without naming them. */
  channelIds: string[];
  /** ISO 8601; null for a key. */
  expiresAt: string | null;
}

/** Who has shown no credentials. */
export const NOBODY: Principal = { role: "nobody", by: "nothing", channelIds: [], expiresAt: null };

/** What identities are looked up in. */
export interface Registry {
  redis: Pick<Streams["redis"], "get" | "getex" | "getdel" | "set" | "del">;
  adminKey: string | undefined;
  /** The role of a key that storage knows by its sha256 in hex, else null. */
  findKey(hash: string): Promise<{ role: string } | null>;
}

/** A secret is stored and looked up by this alone. */
const sha256 = (secret: string): string => createHash("sha256").update(secret).digest("hex");

const sessionKey = (token: string) => `ttlc:web-session:${sha256(token)}`;

/**
 * Who sent these headers: an API key (`X-API-Key`, or `Authorization: Bearer`) if there is one, else the cookie.
 *
 * @throws ApiError 401 with the reason
 */
export async function identify(registry: Registry, headers: IncomingHttpHeaders): Promise<Principal> {
  const key = apiKey(headers);
  if (key !== undefined) {
    const role = await roleOfKey(registry, key);
    if (role === null) throw unauthorized("INVALID_KEY", "This API key is not valid, or no longer.");
    return { role: role as Role, by: "key", channelIds: [], expiresAt: null };
  }
  const token = sessionToken(headers);
  if (!token) throw unauthorized("NO_CREDENTIALS", "Log in, or send an API key in X-API-Key.");
  const role = await registry.redis.getex(sessionKey(token), "EX", SESSION_SECONDS); // used, so it lives on
  if (role === null) throw unauthorized("SESSION_EXPIRED", "This session has ended: log in again.");
  return { role: role as Role, by: "cookie", channelIds: [], expiresAt: expiry() };
}

/** True while `headers` would still be let in. Rejects when that cannot be known. */
export async function isStillValid(registry: Registry, headers: IncomingHttpHeaders): Promise<boolean> {
  try {
    await identify(registry, headers);
    return true;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}

/**
 * A request that a browser sends by itself, from whatever page, must not change anything: with a cookie, changes need
 * a header that no form or image can set, and an Origin, when one is sent, that is ours.
 *
 * @throws ApiError 403
 */
export function refuseForgery(
  { by }: Principal,
  { method, headers }: { method?: string | undefined; headers: IncomingHttpHeaders },
): void {
  if (by !== "cookie" || method === "GET" || method === "HEAD") return;
  if (headers["x-ttlc"] !== "1") throw csrf("Changes from a browser need the header X-TTLC: 1.");
  refuseForeignOrigin(headers);
}

/** @throws ApiError 403 when a page of another site asks */
export function refuseForeignOrigin({ origin, host }: IncomingHttpHeaders): void {
  if (origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host)) {
    throw csrf("This page may not ask for changes here.");
  }
}

/** What a person shows to log in, one of the two: the one-time code of `npm run login-link`, or an API key. */
export interface Credential {
  code?: string | undefined;
  key?: string | undefined;
}

/**
 * Begins a session.
 *
 * @returns the secret that goes into the cookie; only its hash is kept
 * @throws ApiError 401 when the code is used, too old or wrong, or the key is not valid
 */
export async function logIn(registry: Registry, { code, key = "" }: Credential): Promise<{ token: string; me: Me }> {
  const role = code ? await registry.redis.getdel(`ttlc:login:${sha256(code)}`) : await roleOfKey(registry, key);
  if (role === null) {
    if (!code) throw unauthorized("INVALID_KEY", "This API key is not valid, or no longer.");
    throw unauthorized("INVALID_CODE", "This link was used or is too old. For another: npm run login-link.");
  }
  const token = randomBytes(32).toString("base64url");
  await registry.redis.set(sessionKey(token), role, "EX", SESSION_SECONDS);
  return { token, me: { role: role as Me["role"], expiresAt: expiry() } };
}

/** The secret in the cookie, if there is one. */
export const sessionToken = (headers: IncomingHttpHeaders): string | undefined => cookie(headers, COOKIE) || undefined;

/** Ends the session of this cookie, if it has one. */
export async function logOut({ redis }: Pick<Registry, "redis">, headers: IncomingHttpHeaders): Promise<void> {
  const token = sessionToken(headers);
  if (token) await redis.del(sessionKey(token));
}

/** The `Set-Cookie` that keeps `token` in the browser, or with "" removes it. */
export function sessionCookie(token: string, { secure }: { secure: boolean }): string {
  const maxAge = token ? SESSION_SECONDS : 0;
  return `${COOKIE}=${token}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${secure ? "; Secure" : ""}`;
}

function apiKey({ "x-api-key": key, authorization }: IncomingHttpHeaders): string | undefined {
  return key === undefined ? /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1] : String(key);
}

async function roleOfKey({ adminKey, findKey }: Registry, key: string): Promise<string | null> {
  const hash = sha256(key);
  if (adminKey && timingSafeEqual(Buffer.from(hash), Buffer.from(sha256(adminKey)))) return "admin";
  return (await findKey(hash))?.role ?? null;
}

const expiry = () => new Date(Date.now() + SESSION_SECONDS * 1000).toISOString();
const unauthorized = (code: string, message: string) =>
  new ApiError(401, code, message, { headers: { "www-authenticate": "Bearer" } });
const csrf = (message: string) => new ApiError(403, "CSRF", message);
