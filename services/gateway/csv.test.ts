import { expect, it } from "vitest";
import { makeEvent, viewer } from "../../test/fixtures/events.ts";
import { columns, csvHeader, csvLines, harmless } from "./csv.ts";

it.each([
  ...["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "\0=1", "=cmd|' /C calc'!A0"],
  ...["＝1+1", "＋1", "－1", "＠1"],
])("does not let %j begin a field", (text) => {
  expect(harmless(text)).toBe(`'${text}`);
});

it.each(["", "hello", "a=b", "a\nb", "1-1", "😀"])("leaves %j as it is", (text) => {
  expect(harmless(text)).toBe(text);
});

it("names its columns in a line", () => {
  expect(csvHeader()).toBe(`${columns.map((name) => `"${name}"`).join(",")}\r\n`);
});

/** What a reader of RFC 4180 finds. */
const fieldsOf = (line: string) =>
  [...line.matchAll(/"((?:[^"]|"")*)"(?:,|\r\n)/g)].map(([, field]) => field?.replaceAll('""', '"'));

it("quotes every field, so that commas, quotes and line breaks stay in it", () => {
  const event = makeEvent("CHAT", { user: { ...viewer(1), displayName: "=1+1" }, payload: { message: 'a "b",\r\nc' } });
  const line = csvLines([event]);
  expect(line).toContain('"a ""b"",\r\nc"');
  const fields = Object.fromEntries(columns.map((name, i) => [name, fieldsOf(line)[i]]));
  expect(fields).toMatchObject({
    ...{ eventType: "CHAT", userId: "6800000001", displayName: "'=1+1", message: 'a "b",\r\nc', giftId: "" },
    ...{ eventId: event.eventId, isHistory: "false", source: "live", seqNo: String(event.seqNo) },
    payload: JSON.stringify(event.payload),
  });
});

it("tells a gift, likes and viewers in columns of their own", () => {
  const events = [
    makeEvent("GIFT", { payload: { giftCount: 3, coins: 15 } }),
    makeEvent("LIKE", { payload: { count: 7 } }),
    makeEvent("ROOM_USER", { payload: { viewers: 40 } }),
  ];
  const rows = csvLines(events)
    .trimEnd()
    .split("\r\n")
    .map((line) => fieldsOf(`${line}\r\n`));
  const at = (name: (typeof columns)[number]) => rows.map((row) => row[columns.indexOf(name)]);
  expect(at("giftName")).toEqual(["Rose", "", ""]);
  expect(at("coins")).toEqual(["15", "", ""]);
  expect(at("likes")).toEqual(["", "7", ""]);
  expect(at("viewers")).toEqual(["", "", "40"]);
});
