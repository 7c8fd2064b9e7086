import type { DriftReport } from "../../contracts/api.ts";

/** What changed at TikTok, for a terminal: a line for each kind, the newest first. */
export function driftLines({ since, checked, omitted, kinds }: DriftReport): string[] {
  const shown = kinds.map(({ kind, type, what, count, firstAt, sample }) =>
    [
      `${String(count).padStart(7)} x ${kind.replace("_", " ")}: ${[type, what].filter(Boolean).join(" ")}`,
      `first ${firstAt}, ${sample.shape}, session ${sample.sessionId} seqNo ${sample.seqNo}`,
    ].join("; "),
  );
  return [
    ...shown,
    ...(omitted > 0 ? [`${omitted} messages of further kinds`] : []),
    `${kinds.length} kinds since ${since}; fields of ${checked} messages were looked at`,
  ];
}
