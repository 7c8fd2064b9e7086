import { globSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

it("nobody but the janitor removes entries from a stream", () => {
  const asking = "lib/servers/redis-safety.ts"; // whether Redis may load it
  const sources = globSync("{lib,mixins,services,simulator}/**/*.{ts,lua}", { exclude: ["**/*.test.ts", asking] });
  const removing = sources.filter((file) => /\b(MAXLEN|MINID|XTRIM|XDEL)\b/i.test(readFileSync(file, "utf8")));
  expect(removing).toEqual(["mixins/streams/lua/trim.lua"]);
});
