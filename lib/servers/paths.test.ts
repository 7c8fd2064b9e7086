import { expect, it } from "vitest";
import { shownPath } from "./paths.ts";

it.each([
  ["/home/ann/ttlc/.data/redis", ".data/redis"],
  ["/var/lib/ttlc/data-1", "/var/lib/ttlc/data-1"],
  ["/home/ann/ttlc", "/home/ann/ttlc"],
])("%s is shown as %s", (path, shown) => {
  expect(shownPath(path, "/home/ann/ttlc")).toBe(shown);
});
