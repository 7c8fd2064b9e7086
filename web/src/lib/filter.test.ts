import { describe, expect, it } from "vitest";
import { everything, readFilter, toggleKind, writeFilter } from "./filter.ts";

const read = (query: string) => readFilter(new URLSearchParams(query));

describe("the filter in the address", () => {
  it.each([
    "types=chat,gift&q=hello",
    "types=none",
    "q=a%26b",
    "",
    "types=chat,gift,like,follow,share,sub,join,battle,other",
  ])("reads and writes %j alike", (query) => {
    const { types, q } = writeFilter(read(query));
    const written = new URLSearchParams({ ...(types && { types }), ...(q && { q }) });
    expect(written.toString().replaceAll("%2C", ",")).toBe(query);
  });

  it("is left out when it is the usual one", () => {
    expect(writeFilter(everything)).toEqual({ types: undefined, q: undefined });
  });

  it("forgets kinds that do not exist", () => {
    expect([...read("types=chat,prayers").kinds]).toEqual(["chat"]);
  });

  it("reads kinds in capitals, and between spaces", () => {
    expect([...read("types=CHAT,+Gift").kinds]).toEqual(["chat", "gift"]);
  });

  it.each(["types=prayers,PSALMS", "types=", "types=,"])("is the usual one when %j names no kind", (query) => {
    expect(read(query).kinds).toBe(everything.kinds);
  });

  it("shows the usual kinds without one: all but raw events", () => {
    expect(read("").kinds.has("other")).toBe(false);
  });
});

describe("a click on a chip", () => {
  it("hides a kind that is shown, and shows one that is hidden", () => {
    const without = toggleKind(everything.kinds, "join", false);
    expect(without.has("join")).toBe(false);
    expect(toggleKind(without, "join", false)).toEqual(everything.kinds);
  });

  it("with Alt shows it alone", () => {
    expect([...toggleKind(everything.kinds, "gift", true)]).toEqual(["gift"]);
  });

  it("with Alt on the only one shows all again", () => {
    expect(toggleKind(new Set(["gift"]), "gift", true)).toBe(everything.kinds);
  });
});
