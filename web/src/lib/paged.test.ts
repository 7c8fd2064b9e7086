import { expect, it, vi } from "vitest";
import { ApiError } from "./api.ts";
import { Paged } from "./paged.svelte.ts";

const page = (items: string[], next: string | null = null) => ({ items, next });

it("goes on where the last page ended", async () => {
  const read = vi.fn(async (after?: string) => (after === undefined ? page(["a"], "c1") : page(["b"])));
  const list = new Paged(read);
  await list.load();
  expect([list.items, list.hasMore]).toEqual([["a"], true]);
  await list.more();
  expect([list.items, list.hasMore]).toEqual([["a", "b"], false]);
  await list.more();
  expect(read.mock.calls).toEqual([[undefined], ["c1"]]);
});

it("keeps what it has when a page fails, and asks for that page again", async () => {
  const read = vi.fn<(after?: string) => Promise<{ items: string[]; next: string | null }>>();
  read
    .mockResolvedValueOnce(page(["a"], "c1"))
    .mockRejectedValueOnce(new ApiError(503, "OUTAGE", "Away.", { correlationId: "c-1" }));
  const list = new Paged(read);
  await list.load();
  await list.more();
  expect([list.items, list.error?.correlationId, list.busy]).toEqual([["a"], "c-1", false]);
  read.mockResolvedValueOnce(page(["b"]));
  await list.retry();
  expect([list.items, list.error]).toEqual([["a", "b"], null]);
  expect(read.mock.lastCall).toEqual(["c1"]);
});

it("goes on past empty pages, which say only that nothing was found so far", async () => {
  const read = vi.fn(async (after?: string) => (after === "c2" ? page(["a"]) : page([], after === "c1" ? "c2" : "c1")));
  const list = new Paged(read);
  await list.load();
  expect([list.items, list.hasMore, read.mock.calls.length]).toEqual([["a"], false, 3]);
});

it("drops the answer to a question that was asked anew", async () => {
  const late = Promise.withResolvers<{ items: string[]; next: null }>();
  const read = vi.fn(async () => page(["new"]));
  read.mockReturnValueOnce(late.promise);
  const list = new Paged(read);
  const first = list.load();
  await list.load();
  late.resolve({ items: ["old"], next: null });
  await first;
  expect([list.items, list.busy]).toEqual([["new"], false]);
});
