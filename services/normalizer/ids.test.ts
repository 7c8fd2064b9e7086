import { expect, it } from "vitest";
import { eventId } from "./ids.ts";

// printf %s 7286181:7:WebcastChatMessage | sha256sum
it("is sha256 of streamId:seqNo:type", () => {
  expect(eventId({ streamId: "7286181", seqNo: 7, type: "WebcastChatMessage" })).toBe(
    "14a0dc787bfff9a99d7be547ac034c6d3afbd2ac4e21a0cae8c0b100af2d15f5",
  );
});

it.each([
  { streamId: "a:1", seqNo: 2, type: "T" },
  { streamId: "a", seqNo: 1, type: "2:T" },
])("refuses $streamId and $type, which others could join to as well", (parts) => {
  expect(() => eventId(parts)).toThrow("must not contain ':'");
});
