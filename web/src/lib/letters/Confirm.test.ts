import { render, screen } from "@testing-library/svelte";
import { afterEach, expect, it, vi } from "vitest";
import type { LetterJob } from "../../../../contracts/letters.ts";
import { ApiError, letterApi } from "../api.ts";
import Confirm from "./Confirm.svelte";

const choice = { filter: { stage: "normalizer" } };
const run = { id: "run" } as LetterJob;
const counted = (count: number) => vi.spyOn(letterApi, "count").mockResolvedValue({ count });
const button = (name: string) => screen.findByRole<HTMLButtonElement>("button", { name });

function ask(kind: LetterJob["kind"]) {
  const heard = { onstarted: vi.fn(), onclose: vi.fn() };
  render(Confirm, { kind, choice, about: "Every dead letter", ...heard });
  return heard;
}

afterEach(() => void vi.restoreAllMocks());

it("redrives as many as it said, at the rate that is asked for", async () => {
  counted(12);
  const redrive = vi.spyOn(letterApi, "redrive").mockResolvedValue(run);
  const { onstarted, onclose } = ask("redrive");
  (await button("Redrive 12 letters")).click();
  await vi.waitFor(() => expect(onstarted).toHaveBeenCalledWith(run));
  expect(redrive).toHaveBeenCalledWith(choice, 500);
  expect(onclose).toHaveBeenCalledOnce();
});

it("discards with a reason, and not without", async () => {
  counted(1);
  const discard = vi.spyOn(letterApi, "discard").mockResolvedValue(run);
  const { onstarted } = ask("discard");
  const confirm = await button("Discard 1 letter");
  const why = screen.getByLabelText<HTMLInputElement>("Why");
  confirm.click();
  expect(discard).not.toHaveBeenCalled();
  why.value = " nothing is left ";
  why.dispatchEvent(new Event("input", { bubbles: true }));
  confirm.click();
  await vi.waitFor(() => expect(onstarted).toHaveBeenCalledWith(run));
  expect(discard).toHaveBeenCalledWith(choice, "nothing is left");
});

it("begins nothing when there is nothing to do", async () => {
  counted(0);
  ask("redrive");
  await screen.findByText(/^None of these/);
  expect(screen.queryByRole("button", { name: /^Redrive/ })).toBeNull();
});

it("says why it was refused, and stays", async () => {
  counted(3);
  vi.spyOn(letterApi, "redrive").mockRejectedValue(new ApiError(503, "OUTAGE", "Storage is away."));
  const { onclose } = ask("redrive");
  (await button("Redrive 3 letters")).click();
  await screen.findByText(/Storage is away\./);
  expect(onclose).not.toHaveBeenCalled();
});

it("says why they could not be counted, and counts again", async () => {
  vi.spyOn(letterApi, "count")
    .mockRejectedValueOnce(new ApiError(503, "OUTAGE", "Away."))
    .mockResolvedValue({ count: 2 });
  ask("redrive");
  (await button("Try again")).click();
  await button("Redrive 2 letters");
});
