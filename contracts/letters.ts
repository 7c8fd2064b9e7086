import type { FromSchema, JSONSchema } from "json-schema-to-ts";
import { deadLetterReasons } from "./dead-letter.ts";
import { exact, pageOf } from "./exact.ts";
import { count, countOrNull, position as id, instant, instantOrNull, text, textOrNull, uuid } from "./fields.ts";
import { actionItemSchema } from "./rule.ts";

/** Dead letters as the gateway shows them, and what sending them back needs. Ids are entry ids of ttlc:dlq. */

const cause = { type: "string", pattern: "^[0-9a-f]{16}$" } as const;

/**
 * new · redriving: on its way back, or its job was cut off · redriven: taken where it had failed, or queued for its
 * destination · failed: refused again; as a letter of its own (`failedAs`), else it may be redriven once more · discarded:
 * kept, and not to come back
 */
export const letterStates = ["new", "redriving", "redriven", "failed", "discarded"] as const;
export type LetterState = (typeof letterStates)[number];

/** Of a destination as it is now. */
const destinationFields = {
  destinationName: { ...textOrNull, description: "what it is called; null: it is gone, or there is none" },
  destinationHost: { ...textOrNull, description: "where it leads" },
} as const;

const letterFields = {
  id: { ...id, description: "its entry in ttlc:dlq" },
  stage: { ...text, description: "the service that gave up" },
  reason: { enum: deadLetterReasons },
  error: { ...text, description: "without secrets and personal data" },
  cause: {
    ...cause,
    description:
      "the same for letters of one stage, reason and error, numbers and quoted text aside; of one destination and answer",
  },
  state: { enum: letterStates },
  stateAt: { ...instantOrNull, description: "since when; null: it is new" },
  failedAt: instant,
  stream: { ...textOrNull, description: "the stream it was read from" },
  entryId: { ...textOrNull, description: "its entry id there" },
  group: { ...textOrNull, description: "the consumer group that gave up" },
  destination: { ...textOrNull, description: "forwarder only" },
  ...destinationFields,
  attempts: { ...countOrNull, description: "how often it was tried before it was given up" },
  streamId: textOrNull,
  sessionId: textOrNull,
  redrives: { ...count, description: "how often it was sent back" },
  lastError: { ...textOrNull, description: "why it was refused when it came back" },
  redriveOf: { type: ["string", "null"], description: "the letter whose redrive ended in this one" },
  failedAs: { type: ["string", "null"], description: "the letter that the redrive of this one ended in" },
  decidedBy: { ...textOrNull, description: "who redrove or discarded it" },
  why: { ...textOrNull, description: "why it was discarded" },
} as const;

export const letterSchema = exact("Letter", letterFields) satisfies JSONSchema;
export type Letter = FromSchema<typeof letterSchema>;

export const letterPageSchema = pageOf("LetterPage", letterSchema);

export const letterCauseSchema = exact("LetterCause", {
  cause,
  stage: text,
  reason: { enum: deadLetterReasons },
  destination: { ...textOrNull, description: "forwarder only: all of them are of this one" },
  ...destinationFields,
  error: { ...text, description: 'what its errors have in common: # for a number or an id, "*" for quoted text' },
  count,
  open: { ...count, description: "of these, letters that can be redriven or discarded" },
  firstAt: instant,
  lastAt: instant,
  sample: { ...id, description: "the newest of them" },
}) satisfies JSONSchema;
export type LetterCause = FromSchema<typeof letterCauseSchema>;

export const letterCausePageSchema = pageOf("LetterCausePage", letterCauseSchema);

const event = {
  type: ["object", "null"],
  additionalProperties: true,
  description: "a UnifiedEvent v1 without anything that says who",
} as const;

const { type, mode } = actionItemSchema.properties;

const trialRule = exact("LetterTrialRule", {
  ruleId: uuid,
  name: { ...text, description: "as it is called now" },
  type,
  mode,
  state: {
    enum: ["planned", "done", "skipped", null],
    description: "what would be written down: it would be sent, is done by that, or refused; null: it decided before",
  },
  reason: { ...textOrNull, description: "why it would be refused, such as `stale`" },
  actionId: { ...textOrNull, description: "what it decided before" },
});

const trialOutcomes = [
  ...(["stored", "stored_already", "sent", "sent_already", "decided", "decided_already", "unmatched"] as const),
  ...(["refused", "unknown", "impossible"] as const),
] as const;

/**
 * stored: storage would take it · stored_already: it has that event, and would change nothing · sent: its destination would be
 * sent it again · sent_already: its destination took it since, or is about to be sent it · decided: rules would decide what
 * `rules` says · decided_already: they did · unmatched: no rule would · refused: it would fail again, see
 * `reason` and `error` · unknown: nobody could be asked · impossible: it cannot be redriven at all, see `error`
 */
export const letterTrialSchema = exact("LetterTrial", {
  outcome: { enum: trialOutcomes },
  reason: textOrNull,
  error: textOrNull,
  before: { ...event, description: "what is stored under its eventId now; null: nothing" },
  after: { ...event, description: "the event that it would be; null: none" },
  rules: { type: "array", items: trialRule, description: "of what rules gave up: those that match" },
  changes: {
    type: "array",
    description: "where `after` differs from `before`",
    items: {
      type: "object",
      additionalProperties: false,
      required: ["path", "before", "after"],
      properties: {
        path: { ...text, description: "dotted" },
        before: { description: "null: it is not there" },
        after: { description: "null: it is not there" },
      },
    },
  },
}) satisfies JSONSchema;
export type LetterTrial = FromSchema<typeof letterTrialSchema>;

export const letterDetailSchema = exact("LetterDetail", {
  ...letterFields,
  correlationId: textOrNull,
  entry: {
    type: ["object", "null"],
    additionalProperties: true,
    description:
      "the fields of the entry, null when they cannot be read; what is personal or secret says only how long it is",
  },
  lineage: {
    type: "array",
    description: "the letters that it comes from, its own ancestor first",
    items: {
      type: "object",
      additionalProperties: false,
      required: ["id", "reason", "error", "failedAt", "stateAt"],
      properties: { id, reason: { enum: deadLetterReasons }, error: text, failedAt: instant, stateAt: instantOrNull },
    },
  },
  trial: letterTrialSchema,
}) satisfies JSONSchema;
export type LetterDetail = FromSchema<typeof letterDetailSchema>;

/** Which letters; every field that is given must fit. */
export const letterFilterFields = {
  stage: { type: "string", minLength: 1, maxLength: 64, description: "the service that gave up" },
  reason: { enum: deadLetterReasons, description: "why it gave up" },
  state: { enum: letterStates, description: "what became of the letter" },
  cause: { ...cause, description: "of one stage, reason and error: see group=cause" },
  destination: { ...uuid, description: "refused by this destination" },
  from: { ...instant, description: "failed at this time or later" },
  to: { ...instant, description: "failed before this time" },
  streamId: { type: "string", minLength: 1, maxLength: 128, description: "of this broadcast" },
  sessionId: { ...uuid, description: "of this session" },
} as const;

export const letterFilterSchema = {
  type: "object",
  additionalProperties: false,
  properties: letterFilterFields,
} as const satisfies JSONSchema;
export type LetterFilter = FromSchema<typeof letterFilterSchema>;

export const letterIdsSchema = { type: "array", items: id, minItems: 1, maxItems: 1_000 } as const;

/** One of the two. */
export interface LetterChoice {
  ids?: string[] | undefined;
  filter?: LetterFilter | undefined;
}

/** How many letters a request would take. */
export const letterCountSchema = exact("LetterCount", {
  count: { ...count, description: "letters that can be redriven or discarded, of those that are meant" },
}) satisfies JSONSchema;

export const letterJobSchema = exact("LetterJob", {
  id: uuid,
  kind: { enum: ["redrive", "discard"] },
  state: { enum: ["running", "done", "cancelled", "failed"] },
  total: { ...count, description: "letters to take" },
  done: { ...count, description: "letters that were taken and whose outcome is known" },
  failed: { ...count, description: "of these, refused at once. Others may fail again later, as letters of their own" },
  rate: { ...countOrNull, description: "letters a second; null: as fast as it goes" },
  reason: { ...textOrNull, description: "why it failed; while it runs, what it waits for" },
  askedBy: text,
  why: textOrNull,
  startedAt: instant,
  endedAt: instantOrNull,
}) satisfies JSONSchema;
export type LetterJob = FromSchema<typeof letterJobSchema>;

export const letterJobPageSchema = pageOf("LetterJobPage", letterJobSchema);

/**
 * What an action `<service>.redrive` takes: letters that go back to where they failed. Asked again with the same `run` and
 * letters, as after a lost answer, it does nothing twice. Letters come in the order of their ids.
 */
export const redriveRequestSchema = {
  type: "object",
  additionalProperties: false,
  required: ["run", "letters"],
  properties: {
    run: { ...uuid, description: "the job" },
    letters: {
      type: "array",
      maxItems: 1_000,
      items: {
        type: "object",
        additionalProperties: false,
        required: ["id", "payload"],
        properties: {
          id,
          entryId: { ...id, description: "the entry that failed: its position stays" },
          payload: { type: "string", description: "its fields, as in the letter" },
          destination: text,
        },
      },
    },
  },
} as const satisfies JSONSchema;
export type RedriveRequest = FromSchema<typeof redriveRequestSchema>;
export type RedrivenLetter = RedriveRequest["letters"][number];

/** What it answers. Letters that are not named were taken. */
export interface RedriveAnswer {
  refused: { id: string; error: string }[];
}
