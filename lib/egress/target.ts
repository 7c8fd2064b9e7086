import { isIP } from "node:net";
import { refuseAddress } from "./addresses.ts";
import type { AllowList } from "./allow-list.ts";
import { EgressRefusedError } from "./errors.ts";

/** Where a URL leads, once we know that we may go there. */
export interface Target {
  url: URL;
  port: number;
  /** All that the connection may be made to; at least one. */
  addresses: string[];
}

const MAX_LENGTH = 2_048;

/** URL parsers differ about these, so that what one of them checks is not what another connects to. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const AMBIGUOUS = /[\u0000-\u0020\u007f\\]/;

const publicPorts: Record<string, readonly number[]> = { "https:": [443, 8443], "http:": [80] };

/** Names of private networks, and of nobody. */
const RESERVED =
  /(^|\.)(localhost|local|internal|intranet|lan|home|corp|private|localdomain|arpa|onion|test|invalid|example)$/;

/**
 * Where a URL leads, and whether we may send there: to public unicast addresses over https, and to what EGRESS_ALLOW names.
 * One address of a name that is not public is enough to refuse it.
 *
 * @throws EgressRefusedError saying why
 * @throws what `resolve` rejects with
 */
export async function targetOf(
  text: string,
  allow: AllowList,
  resolve: (host: string, isListed: boolean) => Promise<string[]>,
): Promise<Target> {
  const url = parse(text);
  const { protocol, hostname } = url;
  const port = Number(url.port || (protocol === "https:" ? 443 : 80));
  const host = hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
  const isAddress = isIP(host) > 0;
  const isListed = allow.names(host, port) || (isAddress && allow.addresses(host, port));
  if (!isListed) assertUsual(protocol, port, allow);
  if (!isListed && !isAddress) assertPublicName(host);
  const addresses = isAddress ? [host] : await resolve(host, isListed);
  if (addresses.length === 0) throw new EgressRefusedError("its name has no address");
  for (const address of isListed ? [] : addresses) {
    const why = allow.addresses(address, port) ? undefined : refuseAddress(address);
    if (why && isAddress) throw new EgressRefusedError(why);
    if (why) throw new EgressRefusedError("its name leads to an address that is not public", address);
  }
  return { url, port, addresses };
}

function parse(text: string): URL {
  if (text.length > MAX_LENGTH) throw new EgressRefusedError(`it is longer than ${MAX_LENGTH} characters`);
  if (AMBIGUOUS.test(text)) throw new EgressRefusedError("it has a blank, a control character or a backslash in it");
  if (!URL.canParse(text)) throw new EgressRefusedError("it is no URL");
  const url = new URL(text);
  if (!(url.protocol in publicPorts)) throw new EgressRefusedError("it must begin with https://");
  if (url.username || url.password || /^[a-z]+:\/*[^/?#]*@/i.test(text)) {
    throw new EgressRefusedError("it holds a user name or password");
  }
  return url;
}

function assertUsual(protocol: string, port: number, { plainHttp }: AllowList): void {
  if (protocol === "http:" && !plainHttp) throw new EgressRefusedError("it must begin with https://");
  if (!publicPorts[protocol]?.includes(port)) throw new EgressRefusedError(`port ${port} is not one of 443 and 8443`);
}

function assertPublicName(host: string): void {
  if (host.endsWith(".")) throw new EgressRefusedError("its name ends in a dot");
  if (!host.includes(".")) throw new EgressRefusedError("its name has no dot");
  if (RESERVED.test(host)) throw new EgressRefusedError("its name is one of private networks");
}
