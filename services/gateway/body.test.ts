import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { readJson } from "./body.ts";

const request = (body: string | Buffer, headers: Record<string, string> = {}) =>
  Object.assign(Readable.from([Buffer.from(body)]), {
    headers: { "content-type": "application/json", ...headers },
  }) as unknown as IncomingMessage;

const refusal = (body: string | Buffer, headers?: Record<string, string>) =>
  readJson(request(body, headers)).catch((error) => [error.code, error.type]);

describe("readJson", () => {
  it("reads UTF-8", async () => {
    expect(await readJson(request('{"name":"Zoë"}', { "content-type": "application/json; charset=utf-8" }))).toEqual({
      name: "Zoë",
    });
  });

  it.each([
    ["no JSON", "{oops"],
    ["nothing", ""],
    ["bytes that are no UTF-8", Buffer.from([0x22, 0xff, 0x22])],
    ["65 levels", "[".repeat(65) + "]".repeat(65)],
    ["90 KB of levels", "[".repeat(30_000) + "]".repeat(30_000)],
  ])("refuses %s", async (_, body) => {
    expect(await refusal(body)).toEqual([400, "BAD_JSON"]);
  });

  it("does not repeat what it could not read", async () => {
    await expect(readJson(request("hunter2"))).rejects.toThrow(/^(?!.*hunter2)/);
  });

  it.each([["text/plain"], ["application/x-www-form-urlencoded"], ["application/jsonp"], [""]])(
    "refuses the content type %j",
    async (type) => {
      expect(await refusal("{}", { "content-type": type })).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
    },
  );

  it.each(["gzip", "br", "deflate, gzip"])("refuses to unpack %s", async (encoding) => {
    expect(await refusal("{}", { "content-encoding": encoding })).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
  });

  it.each([
    ["by what was announced", { "content-length": "65537" }, "{}"],
    ["by what came", {}, `"${"x".repeat(65_536)}"`],
  ])("refuses more than 64 KiB %s", async (_, headers, body) => {
    expect(await refusal(body, headers)).toEqual([413, "PAYLOAD_TOO_LARGE"]);
  });
});
