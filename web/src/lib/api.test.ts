import { afterEach, expect, it, vi } from "vitest";
import { ApiError, api, isRepeated, moderationApi, ruleApi } from "./api.ts";
import { messages } from "./messages.ts";
import { refusedText } from "./refused.ts";

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

it("asks again under the same key after an answer was lost, and under another one once it came", async () => {
  const body = { streamId: "7300", userId: "9", seconds: 60 as const, reason: "spam" };
  const keyOfNext = async (respond: () => Promise<Response>, wish = body) => {
    const asked = vi.fn(async (request: Request) => {
      expect(await request.json()).toEqual(wish);
      return respond();
    });
    vi.stubGlobal("fetch", asked);
    await moderationApi.timeOut(wish).catch(() => {});
    return asked.mock.calls[0]?.[0].headers.get("Idempotency-Key");
  };
  const json = async (status: number, error_code?: string) => new Response(JSON.stringify({ error_code }), { status });
  const first = await keyOfNext(() => Promise.reject(new TypeError("Failed to fetch")));
  expect(first).toMatch(/^[0-9a-f]{32}$/);
  expect(await keyOfNext(() => json(502))).toBe(first);
  expect(await keyOfNext(() => json(202), { ...body, userId: "8" })).not.toBe(first);
  expect(await keyOfNext(() => json(409, "IDEMPOTENCY_RUNNING"))).toBe(first);
  expect(await keyOfNext(() => json(202))).toBe(first);
  const second = await keyOfNext(() => json(403, "FORBIDDEN"));
  expect(second).not.toBe(first);
  expect(await keyOfNext(() => json(202))).not.toBe(second);
});

it("asks under another key once something else was done to the person, and tells what was done before", async () => {
  const body = { streamId: "7300", userId: "9", seconds: 60 as const, reason: "spam" };
  const keyOfLost = async () => {
    vi.stubGlobal("fetch", vi.fn().mockRejectedValue(new TypeError("Failed to fetch")));
    await moderationApi.timeOut(body).catch(() => {});
    return sent().headers.get("Idempotency-Key");
  };
  const first = await keyOfLost();
  answer(202, { userId: "8" });
  expect(isRepeated(await moderationApi.undo("5"))).toBe(false);
  expect(await keyOfLost()).toBe(first);
  answer(202, { userId: "9" }, { "Idempotent-Replayed": "true" });
  expect(isRepeated(await moderationApi.undo("6"))).toBe(true);
  expect(await keyOfLost()).not.toBe(first);
});

it("sends a key with what makes something, and none with what may be asked twice", async () => {
  answer(201, {});
  await ruleApi.create("c", {} as never);
  expect(sent().headers.has("Idempotency-Key")).toBe(true);
  answer(200, {});
  await ruleApi.test({} as never, "e");
  expect(sent().headers.has("Idempotency-Key")).toBe(false);
});

it.each([
  [0, "NETWORK", `Why. ${messages.errors.lost}`],
  [502, "UNKNOWN", `Why. ${messages.errors.lost}`],
  [409, "IDEMPOTENCY_RUNNING", `Why. ${messages.errors.lost}`],
  [504, "TIMEOUT", `Why. ${messages.errors.lostAndForgotten}`],
  [409, "STREAM_ENDED", "Not done. Why."],
  [409, "ALREADY_DONE", "Why."],
])("tells of %i %s %j", (status, code, told) => {
  expect(refusedText("Not done.", new ApiError(status, code, "Why."))).toBe(told);
});

it("keeps a room's name inside its path", async () => {
  answer(200, {});
  await api.stream("../auth/me");
  expect(new URL(sent().url).pathname).toBe("/streams/..%2Fauth%2Fme");
});
