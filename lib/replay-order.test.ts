import { expect, it } from "vitest";
import type { ReplayPart } from "../contracts/replay.ts";
import { nextRows, placeOf } from "./replay-order.ts";

const sessions: Record<string, number[]> = { a: [1, 2, 3, 6], b: [4, 5, 7], c: [20, 21], d: [22] };
const parts = Object.entries(sessions).map(
  ([sessionId, seqs]) => ({ sessionId, firstSeq: seqs[0], lastSeq: seqs.at(-1) }) as ReplayPart,
);

async function all(limit: number): Promise<{ seqs: number[]; reads: number }> {
  const seqs: number[] = [];
  let reads = 0;
  for (let at = { seqNo: -1, eventId: "" }; ; ) {
    const rows = await nextRows(parts, at, limit, async ({ sessionId }, after, count) => {
      reads++;
      const later = (sessions[sessionId] as number[]).filter((seq) => seq > after.seqNo);
      return later.slice(0, count).map((seq) => ({ seq_no: String(seq), event_id: "x" }));
    });
    const last = rows.at(-1);
    if (!last) return { seqs, reads };
    seqs.push(...rows.map(({ seq_no }) => Number(seq_no)));
    at = placeOf(last);
  }
}

it.each([1, 2, 3, 4, 100])(
  "reads sessions that follow and overlap each other in one order, %i at a time",
  async (limit) => {
    expect((await all(limit)).seqs).toEqual([1, 2, 3, 4, 5, 6, 7, 20, 21, 22]);
  },
);

it("does not read sessions that cannot have the next rows", async () => {
  expect((await all(2)).reads).toBeLessThan(12);
});
