import { expect, it } from "vitest";
import type { DriftKind } from "../../contracts/api.ts";
import { driftLines } from "../repl/drift-lines.ts";
import { sumOf } from "./read-drift.ts";

const kind = (what: string, count: number, firstAt: string, seqNo = 1): DriftKind => ({
  ...{ kind: "unknown_field", type: "WebcastChatMessage", what, count, firstAt, lastAt: firstAt },
  sample: { streamId: "7", sessionId: "s", seqNo, provider: "direct", shape: "number" },
});
const report = (since: string, ...kinds: DriftKind[]) => ({ since, checked: 10, omitted: 1, kinds });

const sum = sumOf([
  report("2026-03-02", kind("user.99", 2, "2026-03-03", 5), kind("77", 1, "2026-03-04")),
  report("2026-03-01", kind("user.99", 3, "2026-03-02", 4)),
]);

it("adds up what several normalizers saw, the newest kind first", () => {
  expect(sum).toEqual({
    ...{ since: "2026-03-01", checked: 20, omitted: 2 },
    kinds: [kind("77", 1, "2026-03-04"), { ...kind("user.99", 5, "2026-03-02", 4), lastAt: "2026-03-03" }],
  });
});

it("is shown in a line for each kind", () => {
  expect(driftLines(sum)).toEqual([
    "      1 x unknown field: WebcastChatMessage 77; first 2026-03-04, number, session s seqNo 1",
    "      5 x unknown field: WebcastChatMessage user.99; first 2026-03-02, number, session s seqNo 4",
    "2 messages of further kinds",
    "2 kinds since 2026-03-01; fields of 20 messages were looked at",
  ]);
});
