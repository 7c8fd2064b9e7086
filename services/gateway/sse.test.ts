import { describe, expect, it } from "vitest";
import { parseFrames } from "../../test/support/sse.ts";
import { frame, retry, sse } from "./sse.ts";

const batchFrames = (...args: Parameters<typeof sse.batches>) => sse.batches(...args).join("");

const items = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ position: `${i + 1}-0`, json: JSON.stringify({ seqNo: i + 1 }) }));

describe("frame", () => {
  it("has an id, a name and one line of data", () => {
    expect(frame("gap", { from: "1-0", to: "3-0" }, "3-0")).toBe(
      'id: 3-0\nevent: gap\ndata: {"from":"1-0","to":"3-0"}\n\n',
    );
  });

  it("without an id leaves the client's cursor alone", () => {
    expect(frame("ping", {})).toBe("event: ping\ndata: {}\n\n");
  });

  it("keeps text with line ends on one line", () => {
    expect(frame("batch", [{ message: "a\r\nb\n\nevent: gap" }] as never, "1-0").split("\n")).toHaveLength(5);
  });
});

describe("batches", () => {
  it("is nothing for no items", () => {
    expect(batchFrames([], "9-0")).toBe("");
  });

  it("ends with the position that was examined, beyond the last item", () => {
    expect(parseFrames(batchFrames(items(2), "9-0"))).toEqual([
      { id: "9-0", event: "batch", data: [{ seqNo: 1 }, { seqNo: 2 }] },
    ]);
  });

  it("splits after 200 items, each frame resumable by its own last item", () => {
    const frames = parseFrames(batchFrames(items(401), "500-0"));
    expect(frames.map(({ id, data }) => [id, data.length])).toEqual([
      ["200-0", 200],
      ["400-0", 200],
      ["500-0", 1],
    ]);
  });
});

it("retry tells the client when to come back", () => {
  expect(retry(1000)).toBe("retry: 1000\n\n");
});
