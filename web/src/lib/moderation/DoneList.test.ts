import { render, screen } from "@testing-library/svelte";
import { afterEach, expect, it, vi } from "vitest";
import { actionItem } from "../../../../test/support/web-actions.ts";
import { moderationApi } from "../api.ts";
import { Names } from "../names.svelte.ts";
import DoneList from "./DoneList.svelte";

afterEach(() => vi.restoreAllMocks());

it("asks for a page at a time, and says so where nothing in it was done", async () => {
  vi.spyOn(moderationApi, "person").mockRejectedValue(new Error("not now"));
  const left = actionItem({ state: "skipped", reason: "no_capability" });
  const lately = vi.spyOn(moderationApi, "lately").mockResolvedValue({ items: [left], next: "c" });
  render(DoneList, { names: new Names(), roomOf: (id) => id, onperson: vi.fn() });
  await screen.findByText("Nothing was done in this part of the log.");
  expect(lately).toHaveBeenCalledTimes(1);

  lately.mockResolvedValue({ items: [actionItem({ actionId: "2" })], next: "d" });
  screen.getByRole("button", { name: "Earlier ones" }).click();
  await screen.findByText("Timeout, 1 min");
  expect([lately.mock.lastCall?.[1], screen.queryByText(/this part/)]).toEqual(["c", null]);

  lately.mockResolvedValue({ items: [left], next: null });
  screen.getByRole("button", { name: "Earlier ones" }).click();
  await screen.findByText("Nothing was done in this part of the log.");
  expect([screen.getAllByRole("listitem").length, lately.mock.calls.length]).toEqual([1, 3]);
});
