import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Key } from "../../../contracts/keys.ts";
import { ApiError, api, keyApi } from "./api.ts";
import KeyList from "./KeyList.svelte";

const key = (more: Partial<Key> = {}): Key => ({
  ...{ id: "k1", kind: "person", name: "Bea", role: "moderator", channelIds: ["c1"], types: null, prefix: "ttlc_ab" },
  ...{ createdAt: "2026-03-01T12:00:00Z", createdBy: null, lastUsedAt: null, expiresAt: null },
  ...{ rotatedAt: null, previousUntil: null },
  ...more,
});
const list = (...items: Key[]) => vi.spyOn(keyApi.person, "list").mockResolvedValue({ items, next: null } as never);
const dialog = async () => within(await screen.findByRole("dialog"));

beforeEach(() => {
  const items = [{ channelId: "c1", uniqueId: "mila" }];
  vi.spyOn(api, "channels").mockResolvedValue({ items, next: null } as never);
});
afterEach(() => vi.restoreAllMocks());

it("shows what each may, and how it is used", async () => {
  list(key({ expiresAt: "2020-01-01T12:00:00Z" }));
  render(KeyList, { kind: "person" });
  await screen.findByText("Moderator, @mila");
  await screen.findByText("ttlc_ab… · never used · expired Jan 1, 2020");
});

it("makes a key, and shows its secret until the dialog is closed", async () => {
  list();
  const create = vi.spyOn(keyApi.person, "create").mockResolvedValue({ key: key(), secret: "ttlc_secret" } as never);
  render(KeyList, { kind: "person" });
  await screen.findByText(/^Nobody yet/);
  screen.getByRole("button", { name: "Add a person" }).click();
  await fireEvent.input((await dialog()).getByLabelText("Name"), { target: { value: "Bea" } });
  (await dialog()).getByRole("button", { name: "Make the key" }).click();
  await screen.findByText("ttlc_secret");
  expect(create).toHaveBeenCalledWith({ name: "Bea", role: "moderator", channelIds: ["c1"] });
  (await dialog()).getByRole("button", { name: "Done" }).click();
  await vi.waitFor(() => expect(screen.queryByText("ttlc_secret")).toBeNull());
  screen.getByText("Bea");
});

it("lets the form be opened before the channels are known", async () => {
  list();
  const late = Promise.withResolvers<never>();
  vi.spyOn(api, "channels").mockReturnValue(late.promise);
  render(KeyList, { kind: "person" });
  screen.getByRole("button", { name: "Add a person" }).click();
  await fireEvent.input((await dialog()).getByLabelText("Name"), { target: { value: "Bea" } });
  late.resolve({ items: [{ channelId: "c1", uniqueId: "mila" }], next: null } as never);
  const make = (await dialog()).getByRole<HTMLButtonElement>("button", { name: "Make the key" });
  await vi.waitFor(() => expect(make.disabled).toBe(false));
});

it("ends a key only when that is confirmed, and says why when it cannot be", async () => {
  list(key());
  const revoke = vi.spyOn(keyApi.person, "revoke");
  revoke.mockRejectedValueOnce(new ApiError(503, "OUTAGE", "Away."));
  render(KeyList, { kind: "person" });
  (await screen.findByRole("button", { name: "Revoke the key of Bea" })).click();
  expect(revoke).not.toHaveBeenCalled();
  (await dialog()).getByRole("button", { name: "Revoke" }).click();
  await screen.findByText(/Away\./);
  revoke.mockResolvedValueOnce(undefined as never);
  (await dialog()).getByRole("button", { name: "Revoke" }).click();
  await vi.waitFor(() => expect(screen.queryByText("Bea")).toBeNull());
});
