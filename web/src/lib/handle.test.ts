import { expect, it } from "vitest";
import { parseHandle } from "./handle.ts";

it.each([
  ["mila.live", "mila.live"],
  ["  @Mila_99 ", "mila_99"],
  ["https://www.tiktok.com/@mila/live", "mila"],
  ["https://www.tiktok.com/@mila/live?is_from_webapp=1&sender_device=pc", "mila"],
  ["tiktok.com/@mila", "mila"],
  ["http://m.tiktok.com/@mila/", "mila"],
])("finds the username in %j", (input, uniqueId) => {
  expect(parseHandle(input)).toEqual({ uniqueId });
});

it.each([
  ["", "empty"],
  ["  ", "empty"],
  ["https://vm.tiktok.com/ZMabc/", "short"],
  ["https://www.tiktok.com/t/ZTabc/", "short"],
  ["a", "invalid"],
  ["mila.", "invalid"],
  ["mila live", "invalid"],
  ["a".repeat(25), "invalid"],
  ["https://evil.test/@mila", "invalid"],
  ["<script>", "invalid"],
])("calls %j %s", (input, problem) => {
  expect(parseHandle(input)).toEqual({ problem });
});
