import { describe, expect, it } from "vitest";
import type { Frame } from "./frames.ts";
import { Ledger } from "./ledger.ts";

const chat = { method: "WebcastChatMessage", payload: Buffer.alloc(0), msgId: "1" };
const like = { method: "WebcastLikeMessage", payload: Buffer.alloc(0), msgId: "2" };
const frame = (logId: string, ...messages: Frame["messages"]): Frame => ({ bytes: Buffer.alloc(10), logId, messages });

describe("Ledger", () => {
  it("counts messages, types, frames and bytes", () => {
    const ledger = new Ledger(false);
    ledger.addFrame(frame("a", chat, like));
    ledger.addFrame(frame("b", chat));
    expect(ledger).toMatchObject({ total: 3, frames: 2, bytes: 20 });
    expect(ledger.types).toEqual({ WebcastChatMessage: 2, WebcastLikeMessage: 1 });
  });

  it("counts repeats also as repeats", () => {
    const ledger = new Ledger(false);
    ledger.addFrame(frame("a", chat));
    ledger.addFrame(frame("a", chat), true);
    expect(ledger).toMatchObject({ total: 2, repeats: 1 });
  });

  it("keeps no ids unless asked to", () => {
    const ledger = new Ledger(false);
    ledger.addFrame(frame("a", chat));
    expect(ledger.messages).toEqual([]);
  });

  it("marks what was acknowledged", () => {
    const ledger = new Ledger(true);
    ledger.addFrame(frame("a", chat));
    ledger.addFrame(frame("b", like));
    ledger.addAck("a");
    expect(ledger.messages.map(({ msgId, isAcked }) => [msgId, isAcked])).toEqual([
      ["1", true],
      ["2", false],
    ]);
    expect(ledger).toMatchObject({ acks: 1, acked: 1 });
  });

  it("counts an ack's messages once, whoever sends it again", () => {
    const ledger = new Ledger(false);
    ledger.addFrame(frame("a", chat));
    ledger.addAck("a");
    ledger.addAck("a");
    expect(ledger).toMatchObject({ acks: 2, acked: 1 });
  });

  it("forgets frames that are never acknowledged", () => {
    const ledger = new Ledger(false);
    for (let i = 0; i <= 2_000; i++) ledger.addFrame(frame(String(i), chat));
    ledger.addAck("0");
    expect(ledger.acked).toBe(0);
    ledger.addAck("1");
    expect(ledger.acked).toBe(1);
  });
});
