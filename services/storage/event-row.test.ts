import { describe, expect, it } from "vitest";
import { eventTypes } from "../../contracts/unified-event.ts";
import { fullEvent, makeEvent, viewer } from "../../test/fixtures/events.ts";
import { packRaw, type StoredEventRow, toRow, toServedEvent } from "./event-row.ts";

/** The row as Postgres gives it back. */
function readBack({ personal, ...row }: ReturnType<typeof toRow>, erased = false): StoredEventRow {
  return {
    ...row,
    timestamp: new Date(row.timestamp),
    ingested_at: new Date(row.ingested_at),
    seq_no: String(row.seq_no),
    sub_type: row.sub_type ?? null,
    msg_id: row.msg_id ?? null,
    source: "live",
    personal: erased ? null : personal,
  };
}

describe.each(eventTypes)("%s", (eventType) => {
  const canary = (path: string, personal: boolean) => (personal ? `canary ${path}` : path);

  it("keeps everything personal out of the row of events", () => {
    const { personal, ...open } = toRow({ event: fullEvent(eventType, canary) }, 1n, null);
    expect(JSON.stringify(open)).not.toContain("canary");
    expect(JSON.stringify(personal)).toContain("canary");
  });

  it("reads back as it was", () => {
    const event = fullEvent(eventType);
    expect(toServedEvent(readBack(toRow({ event }, 1n, null)))).toEqual(event);
  });
});

it("says so when the personal part was erased", () => {
  const event = makeEvent("CHAT", { user: viewer(1), payload: { message: "hi", language: "en" } });
  expect(toServedEvent(readBack(toRow({ event }, 1n, null), true))).toEqual({
    ...event,
    user: null,
    payload: { language: "en" },
    erased: true,
  });
});

it.each([
  ["bytes", "CAES", "base64", { raw_bytes: "CAES" }],
  ["nothing", "", "base64", { raw_bytes: "" }],
  ["base64 without padding", "CAE", "base64", { raw_text: "CAE" }],
  ["base64 with spare bits", "CAF=", "base64", { raw_text: "CAF=" }],
  ["JSON", '{ "a" : 1 }', "json", { raw_text: '{ "a" : 1 }' }],
  ["data without encoding", "", undefined, { raw_text: "" }],
  ["no data", undefined, undefined, {}],
])("packs %s so that it comes back exactly", (_case, raw, encoding, expected) => {
  expect(packRaw(raw, encoding)).toEqual(expected);
});
