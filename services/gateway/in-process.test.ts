import type { ServiceBroker } from "moleculer";
import { expect, it, vi } from "vitest";
import { NOBODY } from "./auth.ts";
import type { Gateway } from "./gateway.ts";
import type { HttpRequest } from "./http.ts";
import { ask } from "./in-process.ts";
import { fields } from "./input.ts";
import { Reply, route } from "./route.ts";

const call = vi.fn(async (_action: string, _params: object, _options: object) => "called");
const gateway = { audit: { failures: 0 }, broker: { call } as unknown as ServiceBroker } as Gateway;
const headers = { "x-api-key": "k", "idempotency-key": "once", "x-correlation-id": "of the connection" };
const request = { headers, method: "GET", url: "/ws" } as unknown as HttpRequest;
const who = { ...NOBODY, role: "admin" as const, by: "key" as const };

const input = fields({ id: { type: "string" }, n: { type: "integer", default: 7 }, word: { type: "string" } }, [
  "id",
  "n",
]);
const facts = { id: "x", summary: "", input, answers: { 200: null }, cost: 0 } as const;

it.each(["GET", "POST", "DELETE"] as const)(
  "%s is asked with what its address and its body would tell",
  async (method) => {
    const echo = route({ ...facts, path: `${method} /things/:id`, right: "known" }, ({ input }) => input);
    const { status, body } = await ask(gateway, echo, { id: "a/b", word: "hi" }, { who, request });
    expect([status, body]).toEqual([200, { id: "a/b", word: "hi", n: 7 }]);
  },
);

it("the input is checked as one that came over HTTP", async () => {
  const echo = route({ ...facts, path: "POST /things/:id", right: "known" }, ({ input }) => input);
  const unlike = [{ id: "\ud800" }, { id: "a\0" }, { id: { toString: 1 } }, { id: "a", word: "\udc00" }];
  for (const bad of [{}, { id: { a: 1 } }, { id: "a", more: 1 }, ...unlike]) {
    await expect(ask(gateway, echo, bad, { who, request })).rejects.toMatchObject({ code: 400 });
  }
});

it("rights are asked for as over HTTP, before the input is looked at", async () => {
  const secret = route({ ...facts, path: "POST /things/:id", right: "manage" }, () => "secret");
  const viewer = { ...who, role: "viewer" as const };
  await expect(ask(gateway, secret, {}, { who: viewer, request })).rejects.toMatchObject({ code: 403 });
});

it("calls carry who asks and a correlation id of their own; what was said of another request does not count", async () => {
  const look = route({ ...facts, path: "POST /things/:id", right: "known" }, async ({ call, request }) => {
    await call("a.b", { c: 1 }, { timeout: 5 });
    return [request.method, request.url, Object.keys(request.headers), request.correlationId];
  });
  const { body } = await ask(gateway, look, { id: "a b" }, { who, request });
  const [method, url, names, correlationId] = body as [string, string, string[], string];
  expect([method, url, names]).toEqual(["POST", "/things/a%20b", ["x-api-key", "content-type", "content-length"]]);
  expect(call).toHaveBeenCalledWith("a.b", { c: 1 }, { timeout: 5, requestID: correlationId, meta: { user: who } });
});

it("an answer without a body is one, and text stays text", async () => {
  const none = route({ ...facts, path: "DELETE /things/:id", right: "known" }, () => new Reply(204));
  expect(await ask(gateway, none, { id: "a" }, { who, request })).toEqual({ status: 204, body: undefined });
  const text = route({ ...facts, path: "GET /things/:id", right: "known" }, () => new Reply(200, "1"));
  expect(await ask(gateway, text, { id: "a" }, { who, request })).toEqual({ status: 200, body: "1" });
});
