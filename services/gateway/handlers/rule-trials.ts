import { servedEventSchema } from "../../../contracts/api.ts";
import { uuid } from "../../../contracts/fields.ts";
import { newRuleSchema, type RuleTest, ruleTestSchema } from "../../../contracts/rule.ts";
import { type EventExplanation, eventExplanationSchema } from "../../../contracts/rule-explain.ts";
import { type RuleTrials, ruleTrialsSchema } from "../../../contracts/rule-trials.ts";
import { notFound } from "../errors.ts";
import { fields, id } from "../input.ts";
import { route } from "../route.ts";
import { assertInScope } from "../scope.ts";
import { example } from "./rules.ts";

const eventId = { type: "string", pattern: "^[0-9a-f]{64}$" } as const;
/** Events that a rule is tried on, unless fewer will do. */
const LAST = 200;
const exampleEvent = {
  schemaVersion: "unified.v1",
  eventId: "0".repeat(64),
  eventType: "FOLLOW",
  rawType: "WebcastSocialMessage",
  streamId: "7300000000000000001",
  sessionId: "00000000-0000-4000-8000-000000000001",
  source: "live",
  provider: "direct",
  seqNo: 1,
  isHistory: false,
  timestamp: "2026-03-01T12:00:00.000Z",
  ingestedAt: "2026-03-01T12:00:00.100Z",
  user: null,
  payload: {},
};
const last = {
  type: "integer",
  minimum: 1,
  maximum: 200,
  description: "Of a session or a broadcast: so many of its last events of the rule's type; 200 without it.",
} as const;
/** A rule that is saved or not, and an event that is stored or not, or those that were the last somewhere. */
const subject = {
  ...{ draft: newRuleSchema, ruleId: uuid, event: servedEventSchema, eventId },
  ...{ sessionId: uuid, streamId: id, last },
} as const;
const oneOfEach = {
  allOf: [
    { oneOf: [{ required: ["draft"] }, { required: ["ruleId"] }] },
    {
      oneOf: [
        { required: ["event"] },
        { required: ["eventId"] },
        { required: ["sessionId"] },
        { required: ["streamId"] },
      ],
    },
  ],
} as const;

export const test = route(
  {
    path: "POST /rules/test",
    id: "testRule",
    summary: "What a rule makes of one event, or of the last ones, and why; nothing is done",
    right: "rules.read",
    input: { ...fields(subject), ...oneOfEach },
    isRead: true,
    cost: (input) => ((input.sessionId ?? input.streamId) ? 5 : 1),
    example: { draft: example, event: exampleEvent },
    answers: { 200: { anyOf: [ruleTestSchema, ruleTrialsSchema] } },
  },
  async ({ input, scope, call }) => {
    const { draft, ruleId, sessionId, streamId, last = LAST } = input;
    if (ruleId !== undefined) await assertInScope(call, scope, "rule", ruleId);
    if (sessionId !== undefined) await assertInScope(call, scope, "session", sessionId);
    if (streamId !== undefined) await assertInScope(call, scope, "stream", streamId);
    if (sessionId !== undefined || streamId !== undefined) {
      const trials = await call<RuleTrials | null>("rules.trials", { draft, ruleId, sessionId, streamId, last });
      if (!trials) throw notFound("rule of that id, or nothing is stored there");
      return trials;
    }
    const found = await call<RuleTest | null>("rules.test", { ...input, scope });
    if (!found) throw notFound("rule or event of that id");
    return found;
  },
);

export const explain = route(
  {
    path: "GET /events/:id/explain",
    id: "explainEvent",
    summary: "Why each rule of its channel acted on an event that is stored, or did not",
    right: "rules.read",
    input: fields({ id: eventId }, ["id"]),
    cost: 5,
    answers: { 200: eventExplanationSchema },
  },
  async ({ input: { id }, scope, call }) => {
    const found = await call<EventExplanation | null>("rules.explain", { eventId: id, scope });
    if (!found) throw notFound("event of that id");
    return found;
  },
);
