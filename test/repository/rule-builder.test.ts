import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { placeholderTypes } from "../../contracts/placeholders.ts";
import { eventTypes } from "../../contracts/unified-event.ts";
import { readCondition } from "../../services/rules/condition.ts";
import { fieldsFor } from "../../services/rules/fields.ts";
import { comparisons, comparisonsFor, type Row, toLogic } from "../../web/src/lib/rules/condition.ts";
import { fieldsOf, ruleEventTypes } from "../../web/src/lib/rules/fields.ts";
import { starters } from "../../web/src/lib/rules/starters.ts";
import { placeholdersFor } from "../../web/src/lib/rules/template.ts";

/** The dashboard's builder and the rules service, which share no code, mean the same. */
describe("the rule builder", () => {
  it("offers every type of event, and every placeholder", () => {
    expect([...ruleEventTypes].sort()).toEqual([...eventTypes].sort());
    const offered = new Set(ruleEventTypes.flatMap(placeholdersFor));
    expect([...offered].sort()).toEqual(Object.keys(placeholderTypes).sort());
  });

  it.each(eventTypes)("offers fields that %s events have, and comparisons that fit them", (eventType) => {
    const values = { number: 1_000_000, text: "x", list: ["x"], nothing: null };
    for (const { path, type } of fieldsOf(eventType)) {
      expect([path, fieldsFor(eventType).get(path)?.type]).toEqual([path, type]);
      for (const comparison of comparisonsFor(type)) {
        const row: Row = { field: path, comparison, value: values[comparisons[comparison].takes] };
        expect([path, comparison, readCondition(eventType, toLogic([row], "all")).problems]).toEqual([
          path,
          comparison,
          [],
        ]);
      }
    }
  });

  it("begins with the rules of docs/rules.md", () => {
    const page = readFileSync("docs/rules.md", "utf8");
    const blocks = [...page.matchAll(/```json\n(.*?)```/gs)].map(([, json]) => JSON.parse(json as string));
    expect(starters).toEqual(blocks);
  });
});
