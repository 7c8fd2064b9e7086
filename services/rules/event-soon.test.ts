import { expect, it, vi } from "vitest";
import { eventSoon, type Placed } from "./event-soon.ts";

const placed = { channelId: "c" } as Placed;
const storage = (...answers: (Placed | null)[]) => {
  const call = vi.fn();
  for (const answer of answers) call.mockResolvedValueOnce(answer);
  return { call, scopes: () => call.mock.calls.map(([, { scope }]) => scope) };
};
const scope = { channelIds: ["c"] };

it("looks again for what is not stored yet", async () => {
  const { call, scopes } = storage(null, null, placed, placed);
  expect(await eventSoon({ call }, { eventId: "e", scope }, 400)).toBe(placed);
  expect(scopes()).toEqual([{}, {}, {}, scope]);
});

it("does not wait for what is stored beyond the scope", async () => {
  const { call, scopes } = storage(placed, null);
  expect(await eventSoon({ call }, { eventId: "e", scope }, 60_000)).toBeNull();
  expect(scopes()).toEqual([{}, scope]);
});

it("gives up in the end", async () => {
  const { call } = storage();
  call.mockResolvedValue(null);
  expect(await eventSoon({ call }, { eventId: "e", scope: {} }, 150)).toBeNull();
  expect(call).toHaveBeenCalledTimes(3);
});
