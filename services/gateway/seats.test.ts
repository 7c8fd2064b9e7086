import { expect, it } from "vitest";
import { ExportSeats, Seats } from "./seats.ts";

const refusal = (code: number, type: string) => expect.objectContaining({ code, type });

it("refuses one more than may be open in all", () => {
  const seats = new Seats();
  seats.max = 2;
  seats.take("sse", "a");
  seats.take("websocket", "b");
  expect(() => seats.take("sse", "c")).toThrow(refusal(503, "TOO_MANY_CLIENTS"));
});

it("refuses one more than an owner may have, however they come, and nobody else", () => {
  const seats = new Seats();
  seats.maxPerOwner = 2;
  seats.take("sse", "a");
  seats.take("websocket", "a");
  expect(() => seats.take("sse", "a")).toThrow(refusal(429, "TOO_MANY_FEEDS"));
  seats.take("sse", "b");
  expect(seats.taken).toEqual({ sse: 2, websocket: 1 });
});

it("takes back what is left", () => {
  const seats = new Seats();
  seats.maxPerOwner = 1;
  seats.take("sse", "a")();
  seats.take("sse", "a");
  expect(seats.taken).toEqual({ sse: 1, websocket: 0 });
});

it("lets one key have two exports, and all together eight", () => {
  const seats = new ExportSeats();
  const leave = seats.take("a");
  seats.take("a");
  expect(() => seats.take("a")).toThrow(refusal(429, "TOO_MANY_EXPORTS"));
  for (const owner of ["b", "b", "c", "c", "d", "d"]) seats.take(owner);
  expect(() => seats.take("e")).toThrow(refusal(429, "TOO_MANY_EXPORTS"));
  leave();
  seats.take("a");
});
