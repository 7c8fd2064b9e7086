import { afterEach, expect, it, vi } from "vitest";
import { api } from "./api.ts";

const answer = (status: number, body?: unknown, headers: HeadersInit = {}) =>
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => new Response(body === undefined ? null : JSON.stringify(body), { status, headers })),
  );
const sent = () => vi.mocked(fetch).mock.calls[0]?.[0] as Request;

afterEach(() => vi.unstubAllGlobals());

it("marks every change with X-TTLC, and no read", async () => {
  answer(200, {});
  await api.connect({ uniqueId: "mila" });
  expect([sent().headers.get("X-TTLC"), await sent().text()]).toEqual(["1", '{"uniqueId":"mila"}']);
  answer(200, {});
  await api.me();
  expect(sent().headers.has("X-TTLC")).toBe(false);
});

it("takes an answer without a body", async () => {
  answer(204);
  await expect(api.logout()).resolves.toBeUndefined();
});

it("throws what the gateway says, with the request's id", async () => {
  answer(503, { error_code: "OUTAGE", message: "Away.", correlation_id: "c-1" });
  await expect(api.streams()).rejects.toMatchObject({
    status: 503,
    code: "OUTAGE",
    message: "Away.",
    correlationId: "c-1",
  });
});

it("finds the id in the header when a proxy answered", async () => {
  vi.stubGlobal("fetch", async () => new Response("<html>", { status: 502, headers: { "x-correlation-id": "c-2" } }));
  await expect(api.streams()).rejects.toMatchObject({ status: 502, code: "UNKNOWN", correlationId: "c-2" });
});

it("says when nobody answers", async () => {
  vi.stubGlobal("fetch", vi.fn().mockRejectedValue(new TypeError("Failed to fetch")));
  await expect(api.streams()).rejects.toMatchObject({ status: 0, code: "NETWORK" });
});

it("keeps a room's name inside its path", async () => {
  answer(200, {});
  await api.stream("../auth/me");
  expect(new URL(sent().url).pathname).toBe("/streams/..%2Fauth%2Fme");
});
