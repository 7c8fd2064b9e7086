import { BlockList, isIP } from "node:net";
import { addRange } from "./addresses.ts";

/** What EGRESS_ALLOW opens beside the public internet over https. */
export interface AllowList {
  /** Plain http to public addresses. */
  plainHttp: boolean;
  /** Whether this name was written down, so that its port and scheme, and whatever it resolves to, are allowed. */
  names(host: string, port: number): boolean;
  /** The same for an address, or for what a name resolves to. */
  addresses(address: string, port: number): boolean;
}

/** An entry of the list: `http:`, or a name, address or range, with `:port` or for the usual ports. */
const ENTRY = /^(?:\[([0-9a-f:.]+)\]|([0-9a-f:]*:[0-9a-f:]*(?:\/\d+)?)|([^\s:[\]]+))(?::(\d{1,5}))?$/i;
const NAME = /^[a-z0-9](?:[a-z0-9_.-]{0,251}[a-z0-9])?$/i;

/** Of what has no port in the list. */
const usualPorts = [80, 443, 8443];

/**
 * @param text separated by commas: `http:` · `hooks.internal` · `localhost:9000` · `10.0.0.0/8` · `192.168.1.7:8080` ·
 *   `[::1]:9000` · `fd00::/8`
 * @throws TypeError for anything else
 */
export function parseAllowList(text = ""): AllowList {
  let plainHttp = false;
  const names = new Map<string, Set<number>>();
  const ranges: { list: BlockList; ports: readonly number[] }[] = [];
  for (const entry of text.split(",").flatMap((part) => part.trim() || [])) {
    if (entry === "http:") {
      plainHttp = true;
      continue;
    }
    const [, bracketed, v6, other, port] = ENTRY.exec(entry) ?? [];
    const what = bracketed ?? v6 ?? other;
    const ports = port === undefined ? usualPorts : [Number(port)];
    if (what === undefined || (v6 && port) || ports.some((each) => each < 1 || each > 65_535)) throw wrong(entry);
    if (isIP(what.split("/")[0] as string) > 0) {
      const list = new BlockList();
      addRange(list, what);
      ranges.push({ list, ports });
    } else if (NAME.test(what) && !/^[\d.]+$/.test(what)) {
      const name = what.toLowerCase();
      names.set(name, new Set([...(names.get(name) ?? []), ...ports]));
    } else throw wrong(entry);
  }
  return {
    plainHttp,
    names: (host, port) => names.get(host)?.has(port) ?? false,
    addresses: (address, port) =>
      ranges.some(
        ({ list, ports }) => ports.includes(port) && list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4"),
      ),
  };
}

/** Whether `parseAllowList` takes it. */
export function isAllowList(text: string): boolean {
  try {
    parseAllowList(text);
    return true;
  } catch {
    return false;
  }
}

const wrong = (entry: string) => new TypeError(`${entry} is neither a name nor an address`);
