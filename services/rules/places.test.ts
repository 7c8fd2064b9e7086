import { expect, it } from "vitest";
import { type DueLine, type Line, share } from "./places.ts";

const line = (channelId: string, host: string, failures = 0): DueLine => ({ channelId, host, failures });
const times = (count: number, channelId: string, host: string): Line[] =>
  Array.from({ length: count }, () => ({ channelId, host }));
/** Of 16 places, as `A hook: 4`. */
const shares = (due: DueLine[], underWay: Line[] = []) =>
  share(due, underWay, 16, () => 0).map(({ channelId, host, places }) => `${channelId} ${host}: ${places}`);

it("a target of a channel has a quarter of the places, and leaves its other targets as many", () => {
  expect(shares([line("A", "x")])).toEqual(["A x: 4"]);
  expect(shares([line("A", "x")], times(4, "A", "x"))).toEqual([]);
  expect(shares([line("A", "x"), line("A", "y")])).toEqual(["A x: 3", "A y: 3"]);
  expect(shares([line("A", "z")], [...times(4, "A", "x"), ...times(2, "A", "y")])).toEqual(["A z: 1"]);
});

it("a channel has half of the places, however many targets it has", () => {
  const targets = Array.from({ length: 20 }, (_, i) => line("A", `${i}`));
  expect(shares(targets)).toEqual(targets.slice(0, 8).map(({ host }) => `A ${host}: 1`));
  expect(shares([...targets, line("B", "x")])).toContain("B x: 4");
});

it("channels have turns at a target that they share, whatever they have under way", () => {
  expect(shares([line("A", "x"), line("B", "x")])).toEqual(["A x: 4", "B x: 4"]);
  expect(shares([line("A", "x"), line("B", "x")], times(6, "A", "y"))).toEqual(["A x: 1", "B x: 4"]);
  expect(shares([line("A", "x"), line("B", "x")], times(4, "A", "x"))).toEqual(["B x: 4"]);
});

it("a target that many channels share leaves other targets as many places", () => {
  const underWay = [...times(4, "A", "x"), ...times(4, "B", "x")];
  expect(shares([line("C", "x")], underWay)).toEqual([]);
  expect(shares([line("C", "x"), line("C", "y")], underWay)).toEqual(["C y: 4"]);
});

it("what failed again and again is tried one at a time", () => {
  expect(shares([line("A", "x", 4)])).toEqual(["A x: 4"]);
  expect(shares([line("A", "x", 5)])).toEqual(["A x: 1"]);
  expect(shares([line("A", "x", 5)], times(1, "A", "x"))).toEqual([]);
});

it("who is due among equals is a matter of chance", () => {
  const due = [line("A", "x"), line("B", "x")];
  const underWay = times(15, "C", "y");
  const ties = (...values: number[]) => share(due, underWay, 16, () => values.shift() as number);
  expect(ties(0.1, 0.9)).toMatchObject([{ channelId: "A", places: 1 }]);
  expect(ties(0.9, 0.1)).toMatchObject([{ channelId: "B", places: 1 }]);
});
