import type { LetterCause, LetterDetail, LetterJob, LetterTrial } from "../../contracts/letters.ts";

/** Causes of dead letters as rows of a table, with a head. */
export function causeRows(causes: readonly LetterCause[]): string[][] {
  return [
    ["Cause", "Stage", "Reason", "Open", "All", "Last", "Newest", "Error"],
    ...causes.map(({ cause, stage, reason, open, count, lastAt, sample, destination, error, ...named }) => {
      const where =
        named.destinationName === null ? destination : `${named.destinationName} (${named.destinationHost})`;
      const what = where === null ? error : `${where}: ${error}`;
      return [cause, stage, reason, String(open), String(count), lastAt, sample, what];
    }),
  ];
}

/** One letter for a terminal: what it is, what it holds as far as that may be shown, what a redrive would do. */
export function letterLines({ trial, lineage, entry, ...letter }: LetterDetail): string[] {
  const { id, state, stage, reason, error, lastError, redriveOf, failedAs, decidedBy, why } = letter;
  return [
    `${id}, ${[state, decidedBy && `by ${decidedBy}`, why].filter(Boolean).join(", ")}`,
    `${letter.failedAt} ${stage} ${reason}: ${error}`,
    ...(lastError ? [`refused when it came back: ${lastError}`] : []),
    ...(redriveOf ? [`redriven from ${[redriveOf, ...lineage.slice(1).map((each) => each.id)].join(", from ")}`] : []),
    ...(failedAs ? [`came back as ${failedAs}: redrive that one`] : []),
    ...Object.entries(entry ?? {}).map(([name, value]) => `  ${name}: ${text(value)}`),
    ...trialLines(trial),
  ];
}

const outcomes: Record<LetterTrial["outcome"], string> = {
  stored: "a redrive would store it:",
  stored_already: "its event is stored already, a redrive would change nothing; the mapping of today differs by:",
  sent: "a redrive would send it again",
  sent_already: "its destination took it since, or is about to be sent it",
  decided: "rules would decide about it:",
  decided_already: "rules decided about it before, a redrive would change nothing:",
  unmatched: "no rule would decide about it",
  refused: "a redrive would be refused:",
  unknown: "what a redrive would do is not known:",
  impossible: "it cannot be redriven:",
};

const trialLines = ({ outcome, reason, error, rules, changes }: LetterTrial) => [
  [outcomes[outcome], reason, error].filter(Boolean).join(" "),
  ...rules.map(({ name, type, mode, ...would }) => {
    const what = would.state === null ? `decided before, ${would.actionId}` : [would.state, would.reason];
    return `  ${name} (${type}, ${mode}): ${[what].flat().filter(Boolean).join(", ")}`;
  }),
  ...changes.map(({ path, before, after }) => `  ${path}: ${text(before)} -> ${text(after)}`),
];

/** How far a run is. */
export function jobLine({ id, kind, state, total, done, failed, reason }: LetterJob): string {
  const counts = `${done} of ${total}${failed > 0 ? `, ${failed} refused` : ""}`;
  return [`${kind} ${id}: ${state}, ${counts}`, reason].filter(Boolean).join(", ");
}

const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
