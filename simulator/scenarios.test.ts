import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { isScenario, type ScenarioName, scenarios, stage } from "./scenarios.ts";
import { SimulatedTikTok } from "./server.ts";

const names = Object.keys(scenarios) as ScenarioName[];

it.each(names)("docs/scenarios.md tells of %s what it is", (name) => {
  const { about, expect: seen } = scenarios[name];
  expect(readFileSync("docs/scenarios.md", "utf8")).toContain(`| \`${name}\` | ${about} | ${seen} |`);
});

it.each(names)("%s ends with its room", async (name) => {
  const tiktok = new SimulatedTikTok();
  const { room, played } = stage(tiktok, name, { uniqueId: "mila", pace: 0 });
  room.stop();
  await expect(played).resolves.toBeUndefined();
});

it("knows its names", () => {
  expect([isScenario("stall"), isScenario("toString"), isScenario("")]).toEqual([true, false, false]);
});
