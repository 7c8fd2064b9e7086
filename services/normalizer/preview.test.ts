import { expect, it } from "vitest";
import { preview } from "./preview.ts";

const fields = {
  schemaVersion: "raw.v1",
  streamId: "7300000000000000001",
  sessionId: "00000000-0000-4000-8000-000000000001",
  source: "live",
  type: "WebcastLikeMessage",
  seqNo: "7",
  timestamp: "2026-01-01T00:00:00.000Z",
  ingestedAt: "2026-01-01T00:00:00.000Z",
  data: '{"likeCount":3}',
  encoding: "json",
};
const now = new Date("2026-03-01T00:00:00.000Z");

it("answers the event", () => {
  expect(preview(fields, now)).toMatchObject({
    entry: { event: { eventType: "LIKE", seqNo: 7, payload: { count: 3 } } },
  });
});

it.each([
  ["data that cannot be read", { data: "{" }, { reason: "PARSE_ERROR", error: "not valid JSON" }],
  ["a field that is missing", { type: "" }, { reason: "SCHEMA_ERROR", error: expect.stringContaining("type") }],
])("answers why, for %s", (_what, change, why) => {
  expect(preview({ ...fields, ...change }, now)).toEqual(why);
});

it("names the letter that an entry was", () => {
  expect(preview({ ...fields, redriveOf: "1-0" }, now)).toMatchObject({ entry: { redriveOf: "1-0" } });
});
