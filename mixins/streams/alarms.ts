import { awaitedGroups, requiredGroups } from "../../contracts/streams.ts";
import type { StreamSurvey } from "./survey.ts";

/** A group that has not acknowledged an entry for this long is too slow, or not there. */
const BEHIND_SECONDS = 10;

/** More dead letters than this within five minutes are no longer single bad messages. */
const LETTERS = 10;

export const alarmNames = ["lag", "trimmed_unacked", "dlq_growth"] as const;

/** Something an operator must look at; docs/metrics.md says what to do. */
export interface Alarm {
  name: (typeof alarmNames)[number];
  text: string;
}

/** The alarms that these facts raise. They remember nothing: whoever asks at the same moment gets the same answer. */
export function alarmsOf(surveys: readonly StreamSurvey[]): Alarm[] {
  return surveys.flatMap(({ stream, groups, young }) => [
    ...groups.flatMap(({ group, behindSeconds, trimmedUnacked }): Alarm[] => [
      ...(behindSeconds > BEHIND_SECONDS
        ? [{ name: "lag" as const, text: `${group} is ${Math.floor(behindSeconds)} s behind on ${stream}` }]
        : []),
      ...(trimmedUnacked > 0 && isWaitedFor(stream, group)
        ? [{ name: "trimmed_unacked" as const, text: `${group} lost ${trimmedUnacked} entries of ${stream}` }]
        : []),
    ]),
    ...(stream === "ttlc:dlq" && young > LETTERS
      ? [
          {
            name: "dlq_growth" as const,
            text: `${stream} took ${young}${young === 100 ? " or more" : ""} in 5 minutes`,
          },
        ]
      : []),
  ]);
}

/** The others find in Postgres what was trimmed before they had it. */
const isWaitedFor = (stream: StreamSurvey["stream"], group: string): boolean =>
  [...requiredGroups[stream], ...awaitedGroups[stream]].some((name) => name === group);
