import { render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { api, moderationApi } from "../api.ts";
import { signedIn } from "../signed-in.svelte.ts";
import PersonSheet from "./PersonSheet.svelte";

const page = (...items: unknown[]) => ({ items, next: null }) as never;
const heard = { eventId: "e", streamId: "7300", type: "JOIN", timestamp: "2026-03-01T12:00:00.000Z", data: {} };

beforeEach(() => {
  signedIn.me = { rights: { moderate: "all" } } as never;
  vi.spyOn(moderationApi, "person").mockResolvedValue({ userId: "9", displayName: "Kofi", channels: [] } as never);
  vi.spyOn(moderationApi, "history").mockResolvedValue(page(heard));
  vi.spyOn(moderationApi, "actionsOn").mockResolvedValue(page());
  vi.spyOn(moderationApi, "notes").mockResolvedValue(page());
  const timeout = { can: true };
  vi.spyOn(moderationApi, "capabilities").mockResolvedValue({ streamId: "7300", seconds: [60], timeout } as never);
});
afterEach(() => {
  signedIn.me = null;
  vi.restoreAllMocks();
});

it.each([
  ["@mila", { uniqueId: "mila" }],
  ["7300", null],
])("names the room that somebody is banned from: %s", async (room, stream) => {
  if (stream) vi.spyOn(api, "stream").mockResolvedValue(stream as never);
  else vi.spyOn(api, "stream").mockRejectedValue(new Error("not now"));
  render(PersonSheet, { userId: "9", name: "Kofi", onclose: vi.fn() });
  await screen.findByText(`In the room of ${room}.`);
  screen.getByRole("button", { name: "Ban…" }).click();
  await screen.findByText(`Ban Kofi in ${room}?`);
  expect(moderationApi.capabilities).toHaveBeenCalledWith("7300");
});
