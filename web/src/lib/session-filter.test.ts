import { expect, it } from "vitest";
import { everything } from "./filter.ts";
import { isEverything, questionOf, readSessionFilter, writeSessionFilter } from "./session-filter.ts";

const read = (search: string) => readSessionFilter(new URLSearchParams(search));

it("reads an address and writes the same again", () => {
  const filter = read("types=gift,chat&q=rose&user=7001&minCoins=100");
  expect(filter).toEqual({ kinds: new Set(["chat", "gift"]), query: "rose", userId: "7001", minCoins: 100 });
  expect(writeSessionFilter(filter)).toEqual({ types: "chat,gift", q: "rose", user: "7001", minCoins: "100" });
});

it.each(["", "minCoins=0", "minCoins=-5", "minCoins=many", "minCoins=1.5", "user="])("%j filters nothing", (search) => {
  expect(isEverything(read(search))).toBe(true);
  expect(Object.values(writeSessionFilter(read(search))).filter(Boolean)).toEqual([]);
});

it("asks for the types of the chips, and how the session went", () => {
  const types = questionOf(everything).types?.split(",");
  expect(types).toEqual(expect.arrayContaining(["CHAT", "EMOTE", "GIFT", "JOIN", "CONNECTED", "STREAM_END"]));
  expect(types).not.toContain("RAW");
});

it("asks for the person, the word and the gifts alone when they are looked for", () => {
  expect(questionOf(read("types=gift&q=%20rose%20&user=7001&minCoins=100"))).toEqual({
    types: "GIFT",
    q: "rose",
    userId: "7001",
    minCoins: 100,
  });
});
