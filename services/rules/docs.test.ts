import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { ServedEvent } from "../../contracts/api.ts";
import { type RuleDraft, ruleDraftSchema } from "../../contracts/rule.ts";
import { createAjv } from "../../lib/json-schema-validator.ts";
import { makeEvent, viewer } from "../../test/fixtures/events.ts";
import { testRule } from "./prepare.ts";

const page = readFileSync(new URL("../../docs/rules.md", import.meta.url), "utf8");
const blocks = [...page.matchAll(/```json\n(.*?)```/gs)].map(([, json]) => JSON.parse(json as string) as RuleDraft);
const isRule = createAjv({ useDefaults: true }).compile(ruleDraftSchema as object);

const chat = (message: string, user: object = {}) =>
  makeEvent("CHAT", { user: { ...viewer(1), ...user }, payload: { message } });
const gift = (coins: number) => makeEvent("GIFT", { user: viewer(1), payload: { coins, giftCount: 3 } });

it.each<[name: string, yes: object, says: string, no: object]>([
  ["Thank for a big gift", gift(1_000), "Thank you Viewer 1 for 3 x Rose!", gift(999)],
  ["Welcome followers", makeEvent("FOLLOW", { user: viewer(1) }), "Welcome viewer1!", chat("hello")],
  ["No links", chat("see http://x"), "links: see http://x", chat("see http://x", { isModerator: true })],
  [
    "Song requests of the team",
    chat("!song Help!", { teamMemberLevel: 5 }),
    "viewer1: !song Help!",
    chat("!song Help!"),
  ],
  [
    "Full house",
    makeEvent("ROOM_USER", { payload: { viewers: 501 } }),
    '{"event":"ROOM_USER","stream":"7300000000000000001"}',
    makeEvent("ROOM_USER", { payload: { viewers: 500 } }),
  ],
])("%s, of docs/rules.md, does what the page says", (name, yes, says, no) => {
  const draft = blocks.find((block) => block.name === name) as RuleDraft;
  expect([isRule(draft), isRule.errors]).toEqual([true, null]);
  expect(testRule(draft, yes as ServedEvent)).toMatchObject({ matched: true, renderedTemplate: says, errors: [] });
  expect(testRule(draft, no as ServedEvent).matched).toBe(false);
});

it("teaches five rules", () => {
  expect(blocks).toHaveLength(5);
});
