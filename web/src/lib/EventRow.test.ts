import { render, screen } from "@testing-library/svelte";
import { expect, it, vi } from "vitest";
import { eventMaker } from "../../../test/support/web-events.ts";
import EventRow from "./EventRow.svelte";

const { of, people } = eventMaker({ streamId: "1", sessionId: "3f0c6a53-6e0c-4f5e-9d0e-1b2c3d4e5f60" });
const [person] = people;

it.each([
  "<script>window.__xss = 1</script>",
  '"><svg/onload=alert(1)>',
  '{@html "<img src=x onerror=alert(1)>"}',
  '<iframe srcdoc="<script>parent.x=1</script>">',
])("shows %j as text, in every place a viewer can write to", (text) => {
  const user = person && { ...person, displayName: text, uniqueId: text };
  const event = of("CHAT", { message: text }, user);
  const { container } = render(EventRow, { row: { id: 1, kind: "chat", event }, onperson: () => {} });
  expect(screen.getAllByText(text)).toHaveLength(2);
  expect(container.querySelector("script, iframe, img, svg")).toBeNull();
});

it("opens the person of its row", () => {
  const row = { id: 1, kind: "chat", event: of("CHAT", { message: "hi" }, person) } as const;
  const onperson = vi.fn();
  render(EventRow, { row, onperson });
  screen.getByRole("button", { name: person?.displayName ?? "" }).click();
  expect(onperson).toHaveBeenCalledWith(row);
});

it("has nothing to open when nobody did it", () => {
  render(EventRow, { row: { id: 1, kind: "other", event: of("RAW", { rawType: "X" }) }, onperson: () => {} });
  expect(screen.queryByRole("button")).toBeNull();
});

it("shows the badges of a person who is known as a moderator from before", () => {
  const event = { ...of("LIKE", { count: 1 }, person), inherited: { isModerator: true } };
  render(EventRow, { row: { id: 1, kind: "like", event, likes: 1 }, onperson: () => {} });
  expect(screen.getByText("Mod")).toBeTruthy();
});
