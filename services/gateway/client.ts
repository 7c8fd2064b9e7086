import { createHash } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { isIP, isIPv6 } from "node:net";
import { hasAdminKey, type Principal, sessionToken } from "./auth.ts";

/** Where a request came from, as far as it can be believed. */
export interface Client {
  address: string;
  overTls: boolean;
}

/**
 * Each proxy appends who it heard from to X-Forwarded-For. So many of ours stand before this gateway that only the
 * last `hops` entries were written by them: what a client sends itself stands before those, and is not looked at.
 */
export function clientOf({ headers, socket }: Pick<IncomingMessage, "headers" | "socket">, hops: number): Client {
  const peer = socket.remoteAddress ?? "";
  const addresses = [...listOf(headers["x-forwarded-for"]), peer];
  const address = hops === 0 ? peer : (nth(addresses, hops + 1) ?? "").replace(/^\[?(.*?)\]?(?::\d+)?$/, bare);
  const protocol = hops === 0 ? undefined : nth(listOf(headers["x-forwarded-proto"]), hops);
  return {
    address: plain(isIP(address) ? address : peer),
    overTls: "encrypted" in socket || protocol?.toLowerCase() === "https",
  };
}

/** The address, or of IPv6 the /64 that one customer has to themselves. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("::", 2);
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const first = groups(head);
  const missing = tail === undefined ? 0 : 8 - first.length - groups(tail).length;
  const all = [...first, ...Array<string>(missing).fill("0"), ...groups(tail ?? "")];
  const prefix = all.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${prefix.join(":")}::/64`;
}

export type Caller = Pick<Principal, "id" | "name" | "role" | "by">;

/**
 * Who is counted as one: those who were let in by the same key, however often it was rotated and whichever session or
 * ticket was made with it; by the same session, where a login link began it; else those who share a network. Holds no
 * secret, and believes no header but the one that let them in.
 */
export function callerOf({ headers, client }: { headers: IncomingHttpHeaders; client: Client }, who: Caller): string {
  if (who.by === "nothing") return networkOf(client.address);
  if (who.id !== null) return `key:${who.id}`;
  const token = who.by === "cookie" && !hasAdminKey(who) ? sessionToken(headers) : undefined;
  return token ? createHash("sha256").update(token).digest("base64url") : "admin";
}

/** Several headers of a name were joined by Node. */
const listOf = (header: string | string[] | undefined): string[] =>
  String(header ?? "")
    .split(",")
    .map((item) => item.trim())
    .filter(Boolean);

/** From the end, or the first one when there are not so many. */
const nth = (items: string[], fromEnd: number) => items[Math.max(0, items.length - fromEnd)];

/** Some proxies add the port. */
const bare = (whole: string, inner: string) => (isIP(whole) ? whole : inner);

/** Without the zone, and IPv4 as such. */
const plain = (address: string) => address.replace(/%.*$/, "").replace(/^::ffff:(?=\d+\.)/i, "");
