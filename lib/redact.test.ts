import { expect, it } from "vitest";
import { readConfig } from "./config.ts";
import { createRedact, scrub, secretsOf } from "./redact.ts";

it.each([
  "sessionid=CANARY; other=1",
  "GET /x?apiKey=CANARY&a=1",
  "wss://host/webcast?msToken=CANARY&X-Bogus=CANARY&a=1",
  "Authorization: Bearer CANARY123",
  "proxy-authorization=Basic CANARY123",
  "authorization: CANARY",
  "Cookie: a=CANARY; b=CANARY",
  "set-cookie: ttlc_session=CANARY; HttpOnly",
  'body {"password":"two CANARY words","next":1}',
  'nested "{\\"EULER_API_KEY\\":\\"CANARY\\"}"',
  'cut off {"token":"CANARY',
  "redis://:CANARY@host:6379/0",
  "postgresql://user:canary@CANARY@host/db",
  "token eyJCANARY.eyJCANARY.CANARY",
  "http://127.0.0.1:3000/app/login#code=CANARY",
  "client_secret: 'CANARY'",
  `bot uses ttlc_CANARY${"x".repeat(37)}, it says`,
])("blanks the secret in %s", (text) => {
  expect(scrub(text)).not.toContain("CANARY");
});

it.each([
  "redis://user@host:6379/0",
  "password authentication failed for user",
  "sessionId=0b9f1c9e-0d5e-4000-8000-000000000001 stored",
  '{"sessionId":"0b9f1c9e-0d5e-4000-8000-000000000001"}',
  "http://127.0.0.1:3000/app/",
  "12:30:01 at file:///x/y.ts:12:3",
])("leaves %s alone", (text) => {
  expect(scrub(text)).toBe(text);
});

it("says what followed the secret", () => {
  expect(scrub('{"apiKey":"x","room":7}')).toBe('{"apiKey":"[redacted]","room":7}');
});

it.each(["_", "a_", "a.", "x:", "token=", "eyJ-", "cookie", '"'])(
  "takes a megabyte of %j without blowing up",
  (piece) => {
    expect(scrub(piece.repeat(1_000_000 / piece.length))).not.toBe("");
  },
  30_000, // seconds on a slow machine, where what blows up takes hours
);

it("blanks values under secret keys, at any depth", () => {
  const input = {
    a: [{ headers: { "x-api-key": "k", cookies: ["c"], accept: "*" } }],
    TTLC_ADMIN_KEY: 7,
    token: null,
    cookie: "",
  };
  expect(createRedact().value(input)).toEqual({
    a: [{ headers: { "x-api-key": "[redacted]", cookies: "[redacted]", accept: "*" } }],
    TTLC_ADMIN_KEY: "[redacted]",
    token: null,
    cookie: "",
  });
});

it("keeps a session id that is ours and blanks TikTok's", () => {
  const ours = "0b9f1c9e-0d5e-4000-8000-000000000001";
  expect(createRedact().value([{ sessionId: ours }, { sessionId: "0123456789abcdef" }])).toEqual([
    { sessionId: ours },
    { sessionId: "[redacted]" },
  ]);
});

it("keeps an error's stack, code, data and causes, and none of its other properties", () => {
  const cause = new Error("at redis://u:CANARY@h");
  const error = Object.assign(new TypeError("no", { cause }), {
    code: "E1",
    data: { field: "a" },
    command: ["CANARY"],
  });
  const shown = createRedact().value(error);
  expect(shown).toMatchObject({ type: "TypeError", message: "no", code: "E1", data: { field: "a" } });
  expect(shown).toHaveProperty("stack", expect.stringContaining("redact.test.ts"));
  expect(shown).toHaveProperty("cause.message", "at redis://u:[redacted]@h");
  expect(JSON.stringify(shown)).not.toContain("CANARY");
});

it("makes JSON of what JSON cannot carry", () => {
  const loop: Record<string, unknown> = { big: 1n, bytes: new Uint8Array(3), run: () => 1, at: new Date(0) };
  loop.self = loop;
  loop.map = new Map([["password", "p"]]);
  expect(createRedact().value(loop)).toEqual({
    big: "1",
    bytes: "[3 bytes]",
    run: undefined,
    at: "1970-01-01T00:00:00.000Z",
    self: "[circular]",
    map: { password: "[redacted]" },
  });
});

it("blanks the configured secrets wherever they turn up", () => {
  const config = readConfig({
    DATABASE_URL: "postgres://ttlc:canary%40word@h/db",
    REDIS_URL: "redis://localhost:6379",
    EULER_API_KEY: "euler-canary",
  });
  const { text } = createRedact(secretsOf(config));
  expect(text("canary@word canary%40word euler-canary localhost")).toBe("[redacted] [redacted] [redacted] localhost");
});
