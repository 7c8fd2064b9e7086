/** `host`, `host:port` or an http(s) URL; no user, query or fragment. What is left is up to the URL parser. */
const FORM = /^(https?:\/\/)?[^\s/?#@\\]*[^\s/?#@\\:](\/[^\s?#\\]*)?$/i;

/**
 * The address behind a configured host, as URLs begin: origin and path, without a slash at the end. A URL says itself
 * whether it is http or https; otherwise names on the internet are https, and this machine, private networks and names
 * without a dot (containers) are http.
 *
 * @throws TypeError for what `isHttpBase` refuses
 */
export function httpBaseOf(text: string): string {
  const [whole, scheme] = FORM.exec(text) ?? [];
  if (whole === undefined) throw new TypeError("neither host[:port] nor an http(s) URL");
  const url = new URL(scheme ? text : `http://${text}`);
  if (url.port === "0") throw new TypeError("there is no port 0");
  const { origin, pathname } = scheme || isNearby(url.hostname) ? url : new URL(`https://${text}`);
  return origin + pathname.replace(/\/+$/, "");
}

/** Whether `httpBaseOf` takes it. */
export function isHttpBase(text: string): boolean {
  try {
    return httpBaseOf(text) !== "";
  } catch {
    return false;
  }
}

/** The same without a path. */
export const isHttpHost = (text: string): boolean => isHttpBase(text) && new URL(httpBaseOf(text)).pathname === "/";

function isNearby(hostname: string): boolean {
  if (hostname.startsWith("[")) return hostname === "[::1]" || /^\[(::ffff:|f[cd])/i.test(hostname);
  if (/^\d+(\.\d+){3}$/.test(hostname)) return /^(0|10|127|192\.168|172\.(1[6-9]|2\d|3[01]))\./.test(hostname);
  return !hostname.includes(".") || hostname.endsWith(".localhost");
}
