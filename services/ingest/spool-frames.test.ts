import { describe, expect, it } from "vitest";
import { frameOf, framesIn, type Spooled } from "./spool-frames.ts";

const message = (n: number): Spooled => ({
  entry: { streamId: "7300", type: "WebcastChatMessage", data: "é".repeat(n) } as Spooled["entry"],
  key: `WebcastChatMessage|${n}`,
  windowMs: 0,
  attempt: `a:${n}`,
});
const some = [message(1), message(500), message(3)];
const file = () => Buffer.concat(some.map(frameOf));
const messagesIn = (bytes: Buffer) => framesIn(bytes).frames.map(({ message }) => message);

describe("frames", () => {
  it("come back as they were written", () => {
    const { frames } = framesIn(file());
    expect(frames.map(({ message }) => message)).toEqual(some);
    expect(frames.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(file().length);
  });

  it.each([1, 7, 8, 40])("end before one of which %i bytes are missing", (missing) => {
    expect(messagesIn(file().subarray(0, -missing))).toEqual(some.slice(0, 2));
  });

  it("say how much the next one takes", () => {
    const [first, second] = some.map(frameOf) as [Buffer, Buffer];
    expect(framesIn(Buffer.concat([first, second.subarray(0, 20)])).wanted).toBe(second.length);
    expect(framesIn(Buffer.concat([first, second.subarray(0, 2)])).wanted).toBe(8);
  });

  it.each([
    ["a byte", (bytes: Buffer) => bytes.writeUInt8(bytes.readUInt8(bytes.length - 3) ^ 1, bytes.length - 3)],
    ["the length", (bytes: Buffer) => bytes.writeUInt32LE(2 ** 32 - 1, frameOf(message(1)).length)],
    ["all of it", (bytes: Buffer) => bytes.fill(0, frameOf(message(1)).length)],
  ])("end before one of which %s is damaged", (_what, damage) => {
    const bytes = file();
    damage(bytes);
    const { frames, wanted } = framesIn(bytes);
    expect(frames.length).toBeLessThan(some.length);
    expect(frames.map(({ message }) => message)).toEqual(some.slice(0, frames.length));
    expect(wanted).toBe(0);
  });
});
