import { type Placeholder, placeholdersOf, placeholderTypes } from "../../../../contracts/placeholders.ts";
import type { RuleAction } from "../../../../contracts/rule.ts";
import type { EventType } from "../../../../contracts/unified-event.ts";

/** The placeholders that events of a type fill, those of the type first. */
export const placeholdersFor = (eventType: EventType): Placeholder[] =>
  placeholdersOf(eventType).sort((a, b) => placeholderTypes[a].length - placeholderTypes[b].length);

const sample: Record<string, string> = {
  username: "mila_n",
  displayName: "Mila Novák",
  giftName: "Rose",
  giftCount: "5",
  coins: "5",
  message: "Hello from Lisbon",
  timestamp: "2026-03-01T20:15:00.000Z",
  streamId: "7300000000000000001",
};

/** A template filled in with somebody invented; what events of the type do not have is left out. */
export function preview(template: string, eventType: EventType, type: RuleAction["type"]): string {
  const filled = new Set<string>(placeholdersOf(eventType));
  return template.replace(/\{([^{}]*)\}/g, (placeholder, name: string) => {
    const value = name === "eventType" ? eventType : sample[name];
    if (value === undefined) return placeholder;
    const shown = filled.has(name) ? value : "";
    return type === "webhook" ? JSON.stringify(shown).slice(1, -1) : shown;
  });
}
