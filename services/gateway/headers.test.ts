import { describe, expect, it } from "vitest";
import { cookie, correlationId, DASHBOARD_POLICY, securityHeaders } from "./headers.ts";

describe("securityHeaders", () => {
  it("are those that seed 000 checks", () => {
    expect(securityHeaders(true)).toMatchObject({
      "strict-transport-security": "max-age=63072000",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
    });
  });

  it("promise TLS only to who came over TLS", () => {
    expect(securityHeaders(false)).not.toHaveProperty("strict-transport-security");
  });
});

it("the dashboard's policy allows nothing inline", () => {
  expect(DASHBOARD_POLICY).not.toMatch(/unsafe|\*/);
});

describe("correlationId", () => {
  it("is the caller's own", () => {
    expect(correlationId({ "x-correlation-id": "job-17:a.b_c" })).toBe("job-17:a.b_c");
  });

  it.each(["", "a b", 'x"}', "é", "x".repeat(65)])("is a new one instead of %j", (given) => {
    expect(correlationId({ "x-correlation-id": given })).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe("cookie", () => {
  it.each([
    ["ttlc_session=abc", "abc"],
    ["other=1; ttlc_session=abc", "abc"],
    ["ttlc_session=abc; ttlc_session=def", "abc"],
    ["xttlc_session=abc", undefined],
    ["ttlc_session", undefined],
    ["=;;=; ;", undefined],
  ])("of %j is %j", (header, value) => {
    expect(cookie({ cookie: header }, "ttlc_session")).toBe(value);
  });
});
