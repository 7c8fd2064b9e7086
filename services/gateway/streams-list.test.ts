import { describe, expect, it } from "vitest";
import type { StreamItem } from "../../contracts/api.ts";
import type { RoomStatus } from "../../contracts/room.ts";
import { findRoom, fromRoom, type Stored, withRooms } from "./streams-list.ts";

const stream = (streamId: string, changes: Partial<StreamItem> = {}) =>
  ({ streamId, uniqueId: "anna", simulated: false, ...changes }) as Stored<StreamItem>;
const room = (uniqueId: string, changes: Partial<RoomStatus> = {}) =>
  ({ uniqueId, simulated: false, state: "live", since: "2026-03-01T12:00:00.000Z", ...changes }) as RoomStatus;

/** Stream and room of each line of a page. */
const lines = (items: Stored<StreamItem>[], rooms: RoomStatus[], { first = true, next = null as string | null } = {}) =>
  withRooms({ items, next }, rooms, first).items.map(({ streamId, room }) => [streamId, room?.uniqueId ?? null]);

describe("withRooms", () => {
  it("puts a room on its own broadcast, wherever that stands", () => {
    expect(lines([stream("9"), stream("8")], [room("anna", { streamId: "8" })])).toEqual([
      ["9", null],
      ["8", "anna"],
    ]);
  });

  it("puts a room without a broadcast on its streamer's newest", () => {
    expect(lines([stream("9"), stream("8")], [room("anna", { state: "waiting" })])).toEqual([
      ["9", "anna"],
      ["8", null],
    ]);
  });

  it("does not mix up a streamer with a simulation of them", () => {
    expect(lines([stream("9", { simulated: true })], [room("anna")])).toEqual([
      ["anna", "anna"],
      ["9", null],
    ]);
  });

  it("begins with rooms of which nothing is stored", () => {
    const rooms = [room("bob", { streamId: "10" }), room("carla", { state: "waiting" })];
    expect(lines([stream("9")], rooms)).toEqual([
      ["10", "bob"],
      ["carla", "carla"],
      ["9", null],
    ]);
  });

  it("waits for a later page with a broadcast that may be there", () => {
    const rooms = [room("bob", { streamId: "1" }), room("carla", { state: "waiting" })];
    expect(lines([stream("9")], rooms, { next: "more" })).toEqual([
      ["carla", "carla"],
      ["9", null],
    ]);
  });

  it("adds no rooms to later pages", () => {
    expect(lines([stream("9")], [room("anna"), room("bob")], { first: false })).toEqual([["9", null]]);
  });

  it("names no stream twice", () => {
    const rooms = [room("anna", { streamId: "9" }), room("anna2", { streamId: "9" })];
    expect(lines([stream("9")], rooms).filter(([streamId]) => streamId === "9")).toHaveLength(1);
  });
});

it("a stream of which nothing is stored has nothing to count", () => {
  expect(fromRoom(room("bob", { streamId: "10" }))).toMatchObject({
    streamId: "10",
    startedAt: "2026-03-01T12:00:00.000Z",
    events: 0,
    viewers: null,
  });
});

describe("findRoom", () => {
  const rooms = [room("anna", { streamId: "9" }), room("9"), room("bob")];

  it.each([
    ["9", "anna"],
    ["bob", "bob"],
    ["@Bob", "bob"],
    ["carla", undefined],
  ])("%s is %s", (id, uniqueId) => {
    expect(findRoom(rooms, id)?.uniqueId).toBe(uniqueId);
  });
});
