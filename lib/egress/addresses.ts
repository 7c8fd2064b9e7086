import { BlockList, isIP } from "node:net";

/** Never on the public internet, although they may look so: IANA's special-purpose registry, and hosts of clouds. */
const specialV4 = ranges(
  ["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"],
  ["192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24"],
  ["198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"],
  ["168.63.129.16/32"], // Azure's host answers its machines there
);

/** What of 2000::/3 is nobody's address. Outside it there are none: no loopback, private, IPv4 in disguise, NAT64. */
const specialV6 = ranges(["2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"]);
const globalV6 = ranges(["2000::/3"]);

/**
 * Why nothing of ours may connect to this address; undefined for a public unicast address.
 *
 * @param address an IP address as `URL` and the resolver write them, without brackets
 */
export function refuseAddress(address: string): string | undefined {
  const kind = isIP(address);
  if (kind === 4) return specialV4.check(address, "ipv4") ? `${address} is no public address` : undefined;
  if (kind === 0 || address.includes("%")) return "it is no address";
  const isPublic = globalV6.check(address, "ipv6") && !specialV6.check(address, "ipv6");
  return isPublic ? undefined : `${address} is no public address`;
}

/** A list of `address/bits`. */
function ranges(...lists: string[][]): BlockList {
  const list = new BlockList();
  for (const range of lists.flat()) addRange(list, range);
  return list;
}

/** Adds `address/bits`, or one address. @throws TypeError for anything else */
export function addRange(list: BlockList, range: string): void {
  const [address = "", bits, more] = range.split("/");
  const kind = isIP(address);
  const most = kind === 4 ? 32 : 128;
  if (kind === 0 || more !== undefined || (bits !== undefined && !/^\d{1,3}$/.test(bits)) || Number(bits ?? 0) > most) {
    throw new TypeError("neither an address nor a range of them");
  }
  list.addSubnet(address, Number(bits ?? most), kind === 4 ? "ipv4" : "ipv6");
}
