import type { FromSchema, JSONSchema } from "json-schema-to-ts";
import { exact, exactly } from "./exact.ts";
import { count, instant, text, textOrNull, uuid } from "./fields.ts";

const firing = exact("RuleFiring", {
  eventId: text,
  streamId: text,
  sessionId: uuid,
  seqNo: count,
  timestamp: instant,
  username: textOrNull,
  rendered: textOrNull,
});

/** What a rule made of events. */
const tally = {
  total: { ...count, description: "events that are stored, of all types" },
  events: { ...count, description: "of these, looked at so far" },
  matched: count,
  fired: count,
  held: {
    ...exactly({ cooldown: count, user_cooldown: count, limit: count }),
    description: "how often it matched and did not fire, by reason",
  },
  skipped: {
    ...exactly({ history: count, stale: count, own_account: count, streamer: count, no_user: count, empty: count }),
    description: "how often it fired and nothing would have been done, as `GET /actions` says it",
  },
  erased: {
    ...count,
    description: "events of its type without their person, who was erased: it may have matched more",
  },
} as const;

const session = exact("RuleBacktestSession", {
  sessionId: uuid,
  streamId: text,
  ...tally,
  gaps: { ...count, description: "times in which messages were lost: what was in them is not stored" },
  deadLettered: { ...count, description: "messages that failed and are not stored, as far as they tell the session" },
});

/** `POST /rules/backtest`, `GET /rules/backtests/:id`: what a rule would have done in sessions of the past. */
export const backtestSchema = exact(
  "RuleBacktest",
  {
    backtestId: uuid,
    state: { enum: ["running", "done", "cancelled", "failed"] },
    reason: { ...text, description: "why it failed" },
    ...tally,
    sessions: { type: "array", items: session, description: "in the order in which they were looked at" },
    firings: { type: "array", items: firing, description: "the first 1,000" },
    unlisted: { ...count, description: "firings that are counted and not listed" },
  },
  ["reason"],
) satisfies JSONSchema;

export type Backtest = FromSchema<typeof backtestSchema>;
