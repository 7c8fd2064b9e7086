import { describe, expect, it } from "vitest";
import { corsHeaders, isAllowedOrigin, preflightHeaders } from "./cors.ts";

const config = { CORS_ALLOW_ORIGINS: "https://dash.example,http://localhost:5173" };
const host = "ttlc.example";

const foreign = [
  "https://evil.test",
  "https://dash.example.evil.test",
  "https://evil-dash.example",
  "https://evil.dash.example",
  "https://dash.example:8443",
  "https://dash.example/",
  "http://dash.example",
  "https://DASH.example",
  "https://dash.example,http://localhost:5173",
  "https://user@dash.example",
  "https://ttlc.example.evil.test",
  "null",
  "",
  "*",
  "file://",
];

describe("a page may ask", () => {
  it.each(["https://dash.example", "http://localhost:5173", "https://ttlc.example"])("from %s", (origin) => {
    expect(isAllowedOrigin(config, { origin, host })).toBe(true);
  });

  it.each(foreign)("not from %j", (origin) => {
    expect(isAllowedOrigin(config, { origin, host })).toBe(false);
    expect(corsHeaders(config, { origin, host })).toEqual({ vary: "Origin" });
  });

  it("and who is no page", () => {
    expect(isAllowedOrigin({}, { host })).toBe(true);
  });

  it("without any list from here only", () => {
    expect(isAllowedOrigin({}, { origin: "https://ttlc.example", host })).toBe(true);
    expect(isAllowedOrigin({}, { origin: "https://dash.example", host })).toBe(false);
    expect(corsHeaders({}, { origin: "https://dash.example", host })).toEqual({});
  });
});

describe("a browser is told", () => {
  const origin = "https://dash.example";

  it("who may read the answer, and never that cookies may come along", () => {
    const headers = corsHeaders(config, { origin });
    expect(headers).toMatchObject({ vary: "Origin", "access-control-allow-origin": origin });
    expect(headers["access-control-expose-headers"]).toContain("RateLimit-Remaining");
    expect(headers).not.toHaveProperty("access-control-allow-credentials");
  });

  it("what it may ask, before it does", () => {
    const asked = { origin, "access-control-request-method": "POST" };
    expect(preflightHeaders(config, asked, ["GET", "POST"])).toMatchObject({
      "access-control-allow-methods": "GET, POST",
      "access-control-allow-headers": expect.stringMatching(/Idempotency-Key.*Last-Event-ID.*X-API-Key/),
    });
    expect(preflightHeaders(config, asked, [])).toBeUndefined();
    expect(preflightHeaders(config, { origin }, ["GET"])).toBeUndefined();
    expect(preflightHeaders(config, { ...asked, origin: "https://evil.test" }, ["GET"])).toBeUndefined();
  });
});
