import type { JSONSchema } from "json-schema-to-ts";
import { eventTypes } from "./unified-event.ts";

/** Which events somebody wants, wherever they are asked for: all that is named must hold (lib/event-filter.ts). */
export const eventFilterFields = {
  types: { type: "array", minItems: 1, maxItems: eventTypes.length, items: { enum: eventTypes } },
  userId: { type: "string", pattern: "^\\P{Cc}{1,128}$", description: "TikTok's id of who did it." },
  minCoins: {
    type: "integer",
    minimum: 0,
    maximum: 9_007_199_254_740_991,
    description: "Gifts of so many coins or more, and nothing else.",
  },
  q: {
    type: "string",
    pattern: "^\\P{Cc}{0,100}$",
    description: "A word in a name, a handle, a chat message or a gift's name.",
  },
} as const satisfies Record<string, JSONSchema>;
