import { type Config, configSchema } from "../contracts/config.ts";

/** Removes secrets from what is about to be logged. */
export interface Redact {
  /** Known secrets by value, others by `scrub`. */
  text(text: string): string;
  /** A plain copy that JSON can carry: secret keys blanked, strings redacted, errors with stack and cause. */
  value(value: unknown): unknown;
}

const BLANK = "[redacted]";
const MAX_DEPTH = 8;
const MAX_ITEMS = 100;
/** A shorter secret would blank ordinary words. */
const MIN_SECRET = 8;

const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const NAMES = [
  ...["password", "passwd", "secret", "token", "api[-_]?key", "admin[-_]?key", "private[-_]?key", "authorization"],
  ...["cookies?", "credentials?", "session[-_]?id(?:_ss)?", "sid_tt", "sid_guard", "uid_tt", "ttwid", "ttlc_session"],
  ...["x-bogus", "_?signature"],
].join("|");

const SECRET_KEY = new RegExp(`^[\\w-]*(?:${NAMES})$`, "i");
const IS_UUID = new RegExp(`^${UUID}$`, "i");

/** Each runs in linear time: a log line may hold a megabyte of somebody else's text. */
const patterns: readonly [RegExp, string][] = [
  [/(:\/\/[^\s/:@"']*:)[^\s/"'<>]+@/g, `$1${BLANK}@`],
  [/\b(cookie\s*[:=]\s*)(?!\\?["'])[^\r\n]+/gi, `$1${BLANK}`],
  [/\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi, `$1 ${BLANK}`],
  [/\beyJ[\w-]{1,2000}\.[\w-]{1,4000}\.[\w-]*/g, BLANK],
  [/(#code=)[^\s&"']+/g, `$1${BLANK}`],
  [/\bttlc_[\w-]{43}(?![\w-])/g, BLANK], // an API key of ours
  // key: "value" and {"key":"value"}, also within escaped JSON; then key=value and quotes that never close.
  // ttlc's own sessionId, a UUID, is no secret.
  [new RegExp(`((?:${NAMES})\\\\?["']?\\s*[=:]\\s*)(?!\\\\?["']?${UUID})(\\\\?["'])(.*?)\\2`, "gi"), `$1$2${BLANK}$2`],
  [
    new RegExp(`((?:${NAMES})\\\\?["']?\\s*[=:]\\s*\\\\?["']?)(?!${UUID}|bearer\\s|basic\\s)[^\\s"',;&\\\\]+`, "gi"),
    `$1${BLANK}`,
  ],
];

/** Blanks what looks like a secret: `sessionid=…`, `Authorization: …`, passwords in URLs, cookies, tokens. */
export function scrub(text: string): string {
  return patterns.reduce((output, [pattern, replacement]) => output.replace(pattern, replacement), text);
}

/** @param secrets values that must never be shown, wherever they turn up; see `secretsOf` */
export function createRedact(secrets: readonly string[] = []): Redact {
  const known = secrets.filter((secret) => secret.length >= MIN_SECRET).sort((a, b) => b.length - a.length);

  const text = (input: string): string =>
    scrub(known.reduce((output, secret) => output.replaceAll(secret, BLANK), input));

  function value(input: unknown, path: readonly object[] = []): unknown {
    if (typeof input === "string") return text(input);
    if (typeof input === "bigint") return String(input);
    if (typeof input === "function" || typeof input === "symbol") return undefined;
    if (typeof input !== "object" || input === null) return input;
    if (path.includes(input)) return "[circular]";
    if (path.length >= MAX_DEPTH) return "[deep]";
    if (ArrayBuffer.isView(input)) return `[${input.byteLength} bytes]`;
    if (input instanceof URL) return text(input.href);
    const within = [...path, input];
    if (input instanceof Error) return error(input, within);
    if (input instanceof Map) return fields(Object.fromEntries(input), within);
    const items = input instanceof Set ? [...input] : input;
    if (Array.isArray(items)) return items.slice(0, MAX_ITEMS).map((item) => value(item, within));
    if ("toJSON" in input && typeof input.toJSON === "function") return value(input.toJSON(), within);
    return fields(input, within);
  }

  function fields(input: object, within: readonly object[]): Record<string, unknown> {
    const output: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(input)) {
      output[key] = isSecret(key, item) ? BLANK : value(item, within);
    }
    return output;
  }

  /** Not an error's other properties: drivers keep the failed command there, with everything in it. */
  function error(input: Error & { code?: unknown; data?: unknown }, within: readonly object[]): object {
    const { name, message, stack, code, data, cause } = input;
    const errors = input instanceof AggregateError ? input.errors : undefined;
    return fields({ type: name, message, code, stack, data, cause, errors }, within);
  }

  return { text, value: (input) => value(input) };
}

/** The secret values of a configuration: whole, but of a URL only its password (as written and decoded). */
export function secretsOf(config: Config): string[] {
  return Object.entries(configSchema.properties).flatMap(([name, schema]) => {
    const value = config[name as keyof Config];
    if (!("x-secret" in schema) || value === undefined) return [];
    if (!/^\w+:\/\//.test(String(value))) return [String(value)];
    const { password } = new URL(String(value));
    return password ? [password, decodeURIComponent(password)] : [];
  });
}

function isSecret(key: string, value: unknown): boolean {
  if (value === undefined || value === null || value === "" || typeof value === "boolean") return false;
  return SECRET_KEY.test(key) && !IS_UUID.test(String(value));
}
