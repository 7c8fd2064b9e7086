import { expect, it } from "vitest";
import { shedAs } from "./shedding.ts";

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

it("keeps the end of the stream as long as a gift", () => {
  expect(shedAs("WebcastControlMessage", 1.99)).toBeUndefined();
});
