import { Gift, User, WebcastChatMessage, WebcastGiftMessage } from "tiktok-live-proto/v3";
import { describe, expect, it } from "vitest";
import { encode, make } from "./codec.ts";

describe("make", () => {
  it("gives every field its default", () => expect(make(User)).toEqual(User.decode(new Uint8Array())));

  it("keeps the fields it was given", () => {
    expect(make(User, { id: "7", nickname: "ليلى" })).toMatchObject({ id: "7", nickname: "ليلى", displayId: "" });
  });

  it("shares nothing between two messages", () => {
    make(User).badgeList.push({} as never);
    expect(make(User).badgeList).toEqual([]);
  });
});

describe("encode", () => {
  it("needs no field at all", () => {
    expect(WebcastChatMessage.decode(encode(WebcastChatMessage, {}))).toEqual(make(WebcastChatMessage));
  });

  it("survives decoding, nested messages and 64-bit ids included", () => {
    const bytes = encode(WebcastGiftMessage, {
      user: make(User, { id: "7309148560163375877" }),
      gift: make(Gift, { name: "Rose" }),
      repeatCount: 3,
    });
    expect(WebcastGiftMessage.decode(bytes)).toMatchObject({
      user: { id: "7309148560163375877" },
      gift: { name: "Rose" },
      repeatCount: 3,
    });
  });
});
