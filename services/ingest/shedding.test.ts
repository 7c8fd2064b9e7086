import { expect, it } from "vitest";
import { shedAs as shedMessage } from "./shedding.ts";

const shedAs = (method: string, load: number, payload = Buffer.alloc(0)) => shedMessage({ method, payload }, load);

const crowd = ["WebcastRoomUserSeqMessage", "WebcastLikeMessage", "WebcastMemberMessage"];
const other = ["WebcastBarrageMessage", "WebcastSomethingNew", "constructor"];
const vital = ["WebcastChatMessage", "WebcastGiftMessage", "WebcastSocialMessage", "WebcastSubNotifyMessage"];

it.each([
  [0.99, []],
  [1, crowd],
  [1.49, crowd],
  [1.5, [...crowd, ...other]],
  [1.99, [...crowd, ...other]],
  [2, [...crowd, ...other, ...vital]],
])("at load %d gives up the least valuable", (load, shed) => {
  expect([...crowd, ...other, ...vital].filter((type) => shedAs(type, load))).toEqual(shed);
});

it("names the class", () => {
  const types = ["WebcastLikeMessage", "WebcastSomethingNew", "WebcastGiftMessage"];
  expect(types.map((type) => shedAs(type, 2))).toEqual(["crowd", "other", "vital"]);
});

it.each([
  ["somebody who joins", "5001", "crowd"],
  ["a subscription", "5003", undefined],
  ["a subscription behind what else there is", "1a0201035003", undefined],
  ["what breaks off before it", "1a", "crowd"],
])("tells of a member message what it is: %s", (_what, hex, expected) => {
  expect(shedAs("WebcastMemberMessage", 1.99, Buffer.from(hex, "hex"))).toBe(expected);
  expect(shedAs("WebcastMemberMessage", 2, Buffer.from(hex, "hex"))).toBe(expected ?? "vital");
});

it("keeps the end of the stream as long as a gift", () => {
  expect(shedAs("WebcastControlMessage", 1.99)).toBeUndefined();
});
