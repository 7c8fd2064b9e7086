import { expect, it } from "vitest";
import { makeEvent, viewer } from "../../test/fixtures/events.ts";
import { identities } from "./users.ts";

const named = (uniqueId: string, timestamp: string, seqNo = 1) =>
  makeEvent("CHAT", { user: { ...viewer(1), uniqueId }, timestamp, seqNo });

it("knows a person by the newest event", () => {
  const events = [named("new", "2026-03-01T12:00:02.000Z"), named("old", "2026-03-01T12:00:01.000Z")];
  for (const order of [events, events.toReversed()]) {
    expect(identities(order)).toMatchObject([{ tiktok_id: viewer(1).userId, unique_id: "new" }]);
  }
});

it("takes the higher seqNo of the same instant", () => {
  const events = [named("new", "2026-03-01T12:00:01.000Z", 8), named("old", "2026-03-01T12:00:01.000Z", 7)];
  for (const order of [events, events.toReversed()]) expect(identities(order)).toMatchObject([{ unique_id: "new" }]);
});

it("keeps a handle when a newer event has none", () => {
  const events = [named("known", "2026-03-01T12:00:01.000Z"), named("", "2026-03-01T12:00:02.000Z")];
  for (const order of [events, events.toReversed()]) expect(identities(order)).toMatchObject([{ unique_id: "known" }]);
});

it("leaves out events of nobody", () => {
  expect(identities([makeEvent("ROOM_USER")])).toEqual([]);
});
