import type { ServerResponse } from "node:http";
import { Writable } from "node:stream";
import { describe, expect, it, vi } from "vitest";
import type { Page, ServedEvent } from "../../contracts/api.ts";
import { makeEvent, viewer } from "../../test/fixtures/events.ts";
import { type Format, fileName, pages, type ReadPage, send } from "./export.ts";

const at = (second: number) => `2026-03-01T12:00:${String(second).padStart(2, "0")}.000Z`;
const chat = (n: number): ServedEvent => makeEvent("CHAT", { seqNo: n, timestamp: at(n), user: viewer(n) });
const { signal } = new AbortController();

/** Pages of two events each, and how many of them were read. */
function source(count: number) {
  const all = Array.from({ length: count }, (_, n) => chat(n));
  let reads = 0;
  const read = async (after = "0"): Promise<Page<ServedEvent>> => {
    reads++;
    const from = Number(after);
    return { items: all.slice(from, from + 2), next: from + 2 < count ? String(from + 2) : null };
  };
  return { all, read, reads: () => reads };
}

const text = async (format: Format, read: ReturnType<typeof source>["read"]) => {
  let whole = "";
  for await (const part of pages(format, await read(), read, signal)) whole += part;
  return whole;
};

describe("an export", () => {
  it("is a line of JSON for each event", async () => {
    const { all, read } = source(5);
    const lines = (await text("ndjson", read)).split("\n");
    expect(lines.pop()).toBe("");
    expect(lines.map((line) => JSON.parse(line))).toEqual(all);
  });

  it("is a table with its columns named once", async () => {
    const lines = (await text("csv", source(5).read)).split("\r\n");
    expect(lines).toHaveLength(1 + 5 + 1);
    expect(lines.filter((line) => line.includes('"eventId"'))).toHaveLength(1);
  });

  it("of nothing is empty, but for the names of the columns", async () => {
    const { read } = source(0);
    expect(await text("ndjson", read)).toBe("");
    expect((await text("csv", read)).split("\r\n")).toHaveLength(2);
  });
});

/** A response whose client reads only when it is told to. */
function slowClient() {
  let taken: (() => void) | undefined;
  const response = new Writable({
    highWaterMark: 1,
    write(_chunk, _encoding, done) {
      taken = done;
    },
  });
  Object.assign(response, { setTimeout() {} });
  return { response: response as unknown as ServerResponse, read: () => taken?.() };
}

describe("sending it", () => {
  it("reads on only as the client does", async () => {
    const { read, reads } = source(100);
    const { response, read: take } = slowClient();
    const sending = send(response, pages("ndjson", await read(), read, signal));
    for (let taken = 0; !response.writableFinished; taken++) {
      await new Promise(setImmediate);
      expect(reads()).toBeLessThanOrEqual(taken + 4);
      take();
    }
    await sending;
    expect(reads()).toBe(50);
  });

  it("ends with the client", async () => {
    const { read, reads } = source(100);
    const { response } = slowClient();
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const sending = send(response, pages("ndjson", await read(), read, gone.signal));
    await new Promise(setImmediate);
    response.destroy();
    await sending;
    const before = reads();
    await new Promise(setImmediate);
    expect(reads()).toBe(before);
    expect(before).toBeLessThan(5);
  });

  it("ends with the client also while nothing that is read is wanted", async () => {
    const gone = new AbortController();
    let reads = 0;
    const read: ReadPage = async () => {
      if (++reads === 10) gone.abort();
      return { items: [], next: "more" };
    };
    const parts = pages("ndjson", await read(""), read, gone.signal);
    expect(await parts.next()).toEqual({ done: true, value: undefined });
    expect(reads).toBe(10);
  });

  it("breaks the connection when reading fails in the middle", async () => {
    const failing: ReadPage = vi.fn(async () => {
      throw new Error("storage is away");
    });
    const { response, read: take } = slowClient();
    const sending = send(response, pages("ndjson", { items: [chat(1)], next: "2" }, failing, signal));
    const told = expect(sending).rejects.toThrow("storage is away");
    await new Promise(setImmediate);
    take();
    await told;
    expect(response.destroyed).toBe(true);
    expect(response.writableFinished).toBe(false);
  });
});

it.each([
  ["7300000000000000001", "ttlc-stream-7300000000000000001.csv"],
  ['a"\r\nset-cookie: x', "ttlc-stream-a_set-cookie_x.csv"],
  ["../../etc/passwd", "ttlc-stream-_etc_passwd.csv"],
])("a file of %j is called %s", (id, name) => {
  expect(fileName("stream", id, "csv")).toBe(name);
});
