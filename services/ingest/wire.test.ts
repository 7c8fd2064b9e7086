import { expect, it } from "vitest";
import { readCommon } from "./wire.ts";

/** common { method 1: "M", msgId 2: 300, createTime 4: 1700000000000 } in front of another field. */
const common = Buffer.from("0a014d10ac022080d095ffbc31", "hex");
const message = Buffer.concat([Buffer.from([0x0a, common.length]), common, Buffer.from("1a0568656c6c6f", "hex")]);

it("reads msgId and createTime of a message whose schema it does not know", () => {
  expect(readCommon(message)).toEqual({ msgId: "300", createTime: 1_700_000_000_000 });
});

it.each([
  ["nothing", Buffer.alloc(0)],
  ["noise", Buffer.from("ffffffffffffffffffffffff", "hex")],
  ["a length beyond the end", Buffer.from([0x0a, 0x7f, 0x10])],
  ["a field 1 that is not common", Buffer.from([0x0a, 0x03, 0x10, 0xac, 0x02])],
  ["a message without common", Buffer.from("1a0568656c6c6f", "hex")],
])("finds nothing in %s", (_name, bytes) => {
  expect(readCommon(bytes)).toEqual({});
});

it("finds nothing when the bytes end within common", () => {
  expect(readCommon(message.subarray(0, 8))).toEqual({});
});
