import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Role } from "../../contracts/access.ts";
import type { Ticket } from "../../contracts/keys.ts";
import type { EventType } from "../../contracts/unified-event.ts";
import { sha256 } from "../../lib/api-key.ts";
import type { Streams } from "../../mixins/streams.mixin.ts";
import { ApiError } from "./errors.ts";
import { cookie } from "./headers.ts";

const COOKIE = "ttlc_session";
const SESSION_SECONDS = 30 * 24 * 3600;
const TICKET_SECONDS = 30;

/** Who asks, once that is known. Travels as `ctx.meta.user`: holds no secret. */
export interface Principal {
  /** Of the key; null for TTLC_ADMIN_KEY, a login link, and nobody. */
  id: string | null;
  /** What the key is called. */
  name: string;
  role: Role | "nobody";
  /** By which of the ways: a browser sends its cookie unasked, so that is trusted less. */
  by: "key" | "cookie" | "ticket" | "nothing";
  /** The channels it was made for; an admin has all without naming them. */
  channelIds: string[];
  /** Of an overlay: the event types it may show; null: all. */
  types: EventType[] | null;
  /** ISO 8601; null: never. */
  expiresAt: string | null;
  /** Let in by the secret before the present one, or by what that began: good for all but managing keys. */
  replaced: boolean;
}

/** What TTLC_ADMIN_KEY is called, which is kept nowhere. */
const ADMIN_KEY = "TTLC_ADMIN_KEY";

/** Whether somebody was let in by TTLC_ADMIN_KEY, whichever way. */
export const hasAdminKey = ({ id, name, role }: Pick<Principal, "id" | "name" | "role">): boolean =>
  role === "admin" && id === null && name === ADMIN_KEY;

/** Who has shown no credentials. */
export const NOBODY: Principal = {
  ...{ id: null, name: "nobody", role: "nobody", by: "nothing" },
  ...{ channelIds: [], types: null, expiresAt: null, replaced: false },
};

/** What storage knows of a key. */
interface KnownKey extends Pick<Principal, "name" | "channelIds" | "types" | "expiresAt" | "replaced"> {
  keyId: string;
  role: Role;
}

/** What identities are looked up in. */
export interface Registry {
  redis: Pick<Streams["redis"], "getex" | "getdel" | "set" | "del">;
  adminKey: string | undefined;
  /** The valid key that storage knows by its sha256 in hex, else null. */
  findKey(hash: string): Promise<KnownKey | null>;
}

/**
 * By what somebody was let in, as it is looked up again: the hash of a key or of a session's token. Sessions and tickets
 * keep the one they were made by, and so end with it.
 */
type Proof = `${"key" | "session"}:${string}`;

/** Kept apart from the principals: those travel. */
const proofs = new WeakMap<Principal, Proof>();

/** What a session keeps that was begun by a login link instead of a key. */
const LINK = "link";

const sessionKey = (hash: string) => `ttlc:web-session:${hash}`;
const ticketKey = (ticket: string) => `ttlc:ticket:${sha256(ticket)}`;

/**
 * Who sent these headers: an API key (`X-API-Key`, or `Authorization: Bearer`) if there is one, else the cookie.
 *
 * @throws ApiError 401 with the reason
 */
export function identify(registry: Registry, headers: IncomingHttpHeaders): Promise<Principal> {
  const key = apiKey(headers);
  if (key !== undefined) return lookUp(registry, `key:${sha256(key)}`);
  const token = sessionToken(headers);
  if (token) return lookUp(registry, `session:${sha256(token)}`);
  return Promise.reject(unauthorized("NO_CREDENTIALS", "Log in, or send an API key in X-API-Key."));
}

/**
 * True while `who`, as `identify` or `redeemTicket` answered it, would be let in by the same key or session again, with
 * the same role, channels and types. Rejects when that cannot be known.
 */
export async function stillMay(registry: Registry, who: Principal): Promise<boolean> {
  const proof = proofs.get(who);
  if (!proof) return false;
  try {
    return reachOf(await lookUp(registry, proof)) === reachOf(who);
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}

const reachOf = ({ role, channelIds, types }: Principal): string =>
  JSON.stringify([role, channelIds.toSorted(), types?.toSorted()]);

/** Something to show once, within 30 s, in an address where no header can be sent: who shows it is `who`. */
export async function newTicket({ redis }: Pick<Registry, "redis">, who: Principal): Promise<Ticket> {
  const ticket = randomBytes(32).toString("base64url");
  await redis.set(ticketKey(ticket), proofs.get(who) ?? "", "EX", TICKET_SECONDS);
  return { ticket, expiresAt: inSeconds(TICKET_SECONDS) };
}

/**
 * Who made this ticket; it is used up by that.
 *
 * @throws ApiError 401 when it was used, is too old or wrong, or who made it is no longer let in
 */
export async function redeemTicket(registry: Registry, ticket: string): Promise<Principal> {
  const proof = (await registry.redis.getdel(ticketKey(ticket))) as Proof | null;
  if (!proof)
    throw unauthorized("INVALID_TICKET", "This ticket was used or is too old: POST /auth/ticket for another.");
  return known({ ...(await lookUp(registry, proof)), by: "ticket" }, proof);
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
 * Begins a session. That of a key ends with the key, and has its rights at any time.
 *
 * @param admit asked about who shows a key before the session begins; what it throws, is thrown
 * @returns the secret that goes into the cookie, of which only the hash is kept, and who it stands for
 * @throws ApiError 401 when the code is used, too old or wrong, or the key is not valid
 */
export async function logIn(
  registry: Registry,
  { code, key = "" }: Credential,
  admit: (who: Principal) => Promise<void> = async () => {},
): Promise<{ token: string; who: Principal }> {
  const by = code ? LINK : (`key:${sha256(key)}` as const);
  if (by !== LINK) await admit(await lookUp(registry, by));
  else if ((await registry.redis.getdel(`ttlc:login:${sha256(code ?? "")}`)) === null) {
    throw unauthorized("INVALID_CODE", "This link was used or is too old. For another: npm run login-link.");
  }
  const token = randomBytes(32).toString("base64url");
  const hash = sha256(token);
  await registry.redis.set(sessionKey(hash), by, "EX", SESSION_SECONDS);
  return { token, who: await lookUp(registry, `session:${hash}`) };
}

/** The secret in the cookie, if there is one. */
export const sessionToken = (headers: IncomingHttpHeaders): string | undefined => cookie(headers, COOKIE) || undefined;

/** Ends the session of this cookie, if it has one. */
export async function logOut({ redis }: Pick<Registry, "redis">, headers: IncomingHttpHeaders): Promise<void> {
  const token = sessionToken(headers);
  if (token) await redis.del(sessionKey(sha256(token)));
}

/** The `Set-Cookie` that keeps `token` in the browser, or with "" removes it. */
export function sessionCookie(token: string, { secure }: { secure: boolean }): string {
  const maxAge = token ? SESSION_SECONDS : 0;
  return `${COOKIE}=${token}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${secure ? "; Secure" : ""}`;
}

/** The API key that was sent, if there is one. */
function apiKey({ "x-api-key": key, authorization }: IncomingHttpHeaders): string | undefined {
  return key === undefined ? /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1] : String(key);
}

/** @throws ApiError 401 */
async function lookUp(registry: Registry, proof: Proof): Promise<Principal> {
  const hash = proof.slice(proof.indexOf(":") + 1);
  const who = proof.startsWith("key:") ? await byKey(registry, hash) : await bySession(registry, hash);
  return known(who, proof);
}

function known(who: Principal, proof: Proof): Principal {
  proofs.set(who, proof);
  return who;
}

async function byKey({ adminKey, findKey }: Registry, hash: string): Promise<Principal> {
  if (adminKey && timingSafeEqual(Buffer.from(hash), Buffer.from(sha256(adminKey)))) return admin(ADMIN_KEY);
  const key = await findKey(hash);
  if (!key) throw unauthorized("INVALID_KEY", "This API key is not valid, or no longer.");
  // A storage of an older version names no channels: that reaches none, not all.
  const { keyId: id, name, role, channelIds = [], types, expiresAt, replaced = false } = key;
  return { id, name, role, by: "key", channelIds, types, expiresAt, replaced };
}

async function bySession(registry: Registry, hash: string): Promise<Principal> {
  const by = await registry.redis.getex(sessionKey(hash), "EX", SESSION_SECONDS); // used, so it lives on
  const who = by === LINK ? admin("login link") : by?.startsWith("key:") && (await keyOfSession(registry, by.slice(4)));
  if (!who) throw unauthorized("SESSION_EXPIRED", "This session has ended: log in again.");
  const ends = inSeconds(SESSION_SECONDS);
  return { ...who, by: "cookie", expiresAt: who.expiresAt !== null && who.expiresAt < ends ? who.expiresAt : ends };
}

/** Null when the key was revoked, replaced, or has expired since. */
function keyOfSession(registry: Registry, hash: string): Promise<Principal | null> {
  return byKey(registry, hash).catch((error) => {
    if (error instanceof ApiError) return null;
    throw error;
  });
}

const admin = (name: string): Principal => ({ ...NOBODY, name, role: "admin", by: "key" });

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
const unauthorized = (code: string, message: string) =>
  new ApiError(401, code, message, { headers: { "www-authenticate": "Bearer" } });
const csrf = (message: string) => new ApiError(403, "CSRF", message);
