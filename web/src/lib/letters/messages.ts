import type { DeadLetterReason } from "../../../../contracts/dead-letter.ts";
import type { LetterJob, LetterState, LetterTrial } from "../../../../contracts/letters.ts";
import { formatCount, formatDay } from "../format.ts";

const times = (count: number) => (count === 1 ? "once" : `${formatCount(count)} times`);
const letters = (count: number) => (count === 1 ? "1 letter" : `${formatCount(count)} letters`);

/** The texts of the pages about dead letters, which come with them. */
export const letterMessages = {
  title: "Dead letters",
  lead: "What no part of the pipeline could process, kept whole. Mend the cause, then send it back to where it failed.",
  failed: "The dead letters could not be loaded. What comes in is processed all the same.",
  ask: "Ask the administrator for the right to see the pipeline.",
  empty: "No dead letter. What cannot be processed is listed here, with its cause.",
  noMatch: "No dead letter matches this filter.",
  showAll: "Show everything",
  refresh: "Look again",
  causes: "Causes",
  allCauses: "All causes",
  ofCause: "Letters of this cause",
  counts: (count: number, open: number) =>
    open === count ? `${letters(count)}, open` : `${letters(count)}, ${formatCount(open)} open`,
  between: (first: string, last: string) => [...new Set([formatDay(first), formatDay(last)])].join(" to "),
  sentBack: (count: number) => `sent back ${times(count)}`,
  openHint: "Open: to be redriven or discarded",

  filter: {
    label: "Filter",
    stage: "Gave up",
    anyStage: "any service",
    reason: "Reason",
    anyReason: "any reason",
    state: "State",
    anyState: "any state",
    from: "Failed from",
    to: "Failed before",
    reset: "Reset",
  },
  about: {
    everything: "Every dead letter",
    from: (at: string) => `failed from ${formatDay(at)}`,
    to: (at: string) => `failed before ${formatDay(at)}`,
    one: (id: string) => `Letter ${id}`,
  },

  reasons: {
    PARSE_ERROR: "Cannot be read",
    SCHEMA_ERROR: "Breaks the contract",
    TRIMMED: "Gone before it was handled",
    STORE_REJECTED: "Postgres refuses it",
    HANDLER_FAILED: "Failed again and again",
    DELIVERY_FAILED: "The destination refused it",
  } satisfies Record<DeadLetterReason, string>,
  states: {
    new: "New",
    redriving: "On its way back",
    redriven: "Redriven",
    failed: "Failed again",
    discarded: "Discarded",
  } satisfies Record<LetterState, string>,

  letter: {
    title: (id: string) => `Letter ${id}`,
    notFound: "There is no such dead letter, or not for you.",
    failed: "The letter could not be loaded.",
    back: "All dead letters",
    facts: "What happened",
    failedAt: "Failed",
    attempts: "Attempts",
    from: "Read from",
    fromGroup: (stream: string, group: string | null) => (group === null ? stream : `${stream}, group ${group}`),
    entry: "Entry",
    destination: "Destination",
    session: "Session",
    correlationId: "Correlation id",
    sameCause: "Same cause",
    sameCauseLink: "Letters of this cause",
    decided: "Decided",
    decidedBy: (by: string | null, at: string | null) => [by, at && formatDay(at)].filter(Boolean).join(", "),
    why: "Why",
    redrives: "Sent back",
    times,
    lastError: "Refused with",
    content: "The entry",
    contentHint: "Without people and secrets: of what is hidden only the length is told.",
    unreadable: "Its fields cannot be read.",
    lineage: "Lineage",
    redriveOf: "Comes from",
    failedAs: "Came back as",
  },

  trial: {
    title: "If it were redriven now",
    outcomes: {
      stored: "It would be stored.",
      stored_already: "It is stored already, and nothing would change.",
      sent: "Its destination would be sent it again.",
      sent_already: "Its destination took it since, or is about to be sent it.",
      decided: "Rules would decide about it.",
      decided_already: "Rules decided about it before, and nothing would change.",
      unmatched: "No rule would decide about it.",
      refused: "It would fail again.",
      unknown: "Nobody can tell.",
      impossible: "It cannot be redriven.",
    } satisfies Record<LetterTrial["outcome"], string>,
    field: "Field",
    before: "Stored now",
    after: "After a redrive",
    differences: "What would change",
    fresh: "Nothing is stored under its id yet. The event that it would be:",
    absent: "–",
  },

  redrive: "Redrive",
  discard: "Discard",
  all: { redrive: "Redrive all", discard: "Discard all" },
  allShown: { redrive: "Redrive all of these", discard: "Discard all of these" },
  confirm: {
    titles: { redrive: "Redrive", discard: "Discard" },
    counting: "Counting…",
    none: "None of these can be redriven or discarded: that was done already.",
    will: {
      redrive: (count: number) =>
        `${letters(count)} will go back to where ${count === 1 ? "it" : "they"} failed. What fails again comes back as a letter of its own.`,
      discard: (count: number) =>
        `${letters(count)} will be given up for good. ${count === 1 ? "It is" : "They are"} kept, with who did it and why.`,
    },
    do: {
      redrive: (count: number) => `Redrive ${letters(count)}`,
      discard: (count: number) => `Discard ${letters(count)}`,
    },
    rate: "Letters a second",
    rateHint: "Live rooms queue behind them: begin slowly while they are busy.",
    why: "Why",
    cancel: "Cancel",
    failed: "That was not done.",
    countFailed: "The letters could not be counted.",
  },

  runs: {
    title: "Runs",
    failed: "The runs could not be loaded. They go on.",
    stopFailed: "The run was not stopped.",
    kinds: { redrive: "Redrive", discard: "Discard" } satisfies Record<LetterJob["kind"], string>,
    states: {
      running: "Running",
      done: "Done",
      cancelled: "Stopped",
      failed: "Failed",
    } satisfies Record<LetterJob["state"], string>,
    progress: (kind: string) => `Progress: ${kind}`,
    of: (done: number, total: number) => `${formatCount(done)} of ${letters(total)}`,
    nothing: "There was nothing left to do.",
    refused: (count: number) => `${formatCount(count)} refused at once`,
    by: (name: string, at: string) => `${name}, ${formatDay(at)}`,
    stop: "Stop",
    more: "Older runs",
  },
};
