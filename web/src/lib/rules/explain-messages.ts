import type { ExplainedRule } from "../../../../contracts/rule-explain.ts";

/** What is told of an event and the rules of its channel, on cards as well as with a rule. */
export const explainMessages = {
  title: "What rules made of it",
  ofRule: "What it made of this event",
  failed: "What rules made of it could not be found out.",
  notStored: "This event is not stored: it is a moment too new, or was never kept.",
  none: "No rule waits for events of this kind.",
  notThis: "This rule does not wait for events of this kind.",
  because: "because",
  notTold: "not told",
  truth: { true: "yes", false: "no" },
  whys: {
    decided: "",
    streak_acted: "It acted once for this gift streak, at another of its events.",
    made_later: "There was no such rule yet.",
    was_off: "It was switched off then.",
    other_type: "It waited for another kind of event then.",
    streak_open: "Rules see a gift streak when it ends.",
    no_match: "Does not match",
    not_recorded: "It matches, and nothing is written down: it was not asked, or not yet.",
  } satisfies Record<ExplainedRule["why"], string>,
  /** Of a version that has been changed since. */
  versionThen: (version: number) => `It was version ${version} then.`,
};
