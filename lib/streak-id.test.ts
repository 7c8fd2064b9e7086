import { expect, it } from "vitest";
import { streakId } from "./streak-id.ts";

// printf %s 7286181:42:5655:1696447170769 | sha256sum
it("is sha256 of streamId:userId:giftId:groupId", () => {
  expect(streakId("7286181", "42", "5655", "1696447170769")).toBe(
    "8417d0749912e01272e399e8cf03603c5f1fe4e894e6be4e39c3a9f89834e820",
  );
});
