import { expect, it } from "vitest";
import { aRoom } from "../../test/support/gateway.ts";
import { roomAlarmsOf } from "./room-alarms.ts";

const spooling = aRoom({ spool: { messages: 40, bytes: 9_000 } });
const shedding = aRoom({ ...spooling, sheddingSince: "2026-03-01T12:00:00.000Z" });

it.each([
  ["nothing without rooms", [], []],
  ["nothing while all is well", [aRoom()], []],
  ["what waits on disk", [spooling], ["spool: 40 messages of 1 room wait on disk"]],
  [
    "what is dropped",
    [aRoom(), spooling, shedding],
    ["spool: 80 messages of 2 rooms wait on disk", "shedding: messages of 1 room are dropped, by class"],
  ],
  [
    "what no attempt can help, without the name of the room",
    [aRoom({ state: "failed", reason: "SIGN_KEY_INVALID: renew it" }), aRoom({ state: "failed" })],
    ["given_up: 2 rooms cannot be watched: SIGN_KEY_INVALID, UNKNOWN"],
  ],
])("raises %s", (_what, rooms, alarms) => {
  expect(roomAlarmsOf(rooms).map(({ name, text }) => `${name}: ${text}`)).toEqual(alarms);
});
