import type { Redis } from "ioredis";
import { type StreamName, streams as topology } from "../../contracts/streams.ts";
import { loadScript } from "./script.ts";

const surveyScript = loadScript(new URL("lua/survey.lua", import.meta.url));

/** What counts as young in a survey: milliseconds, and how many entries are counted at most. */
const YOUNG_MS = 300_000;
const YOUNG_COUNT = 100;

/** How a stream stands. */
export interface StreamSurvey {
  stream: StreamName;
  length: number;
  /** What it takes of Redis's memory, estimated. */
  bytes: number;
  /** Entries of the last five minutes, counted up to 100. */
  young: number;
  /** Its durable groups: tails hold nothing back, so they have no lag that matters. */
  groups: GroupSurvey[];
}

/** How a durable group stands. */
export interface GroupSurvey {
  group: string;
  /** Entries not yet delivered to it; null when Redis cannot tell. */
  lag: number | null;
  /** Delivered and not acknowledged. */
  pending: number;
  /** Age of the oldest entry it was given and has not acknowledged, 0 without one. */
  oldestPendingSeconds: number;
  /** Age of the oldest entry it has not acknowledged, delivered or not, 0 when it is through. */
  behindSeconds: number;
  /** Entries removed from the stream before they were delivered to it: lost to it. */
  trimmedUnacked: number;
}

/** Asks for every stream at once. Ages are measured by Redis's own clock, which made the entry ids. */
export function surveyStreams(redis: Redis): Promise<StreamSurvey[]> {
  return Promise.all(
    (Object.keys(topology) as StreamName[]).map(async (stream) =>
      survey(stream, (await surveyScript(redis, [stream], [YOUNG_MS, YOUNG_COUNT])) as Reply),
    ),
  );
}

type Reply = [now: number, length: number, added: number, bytes: number, young: number, ...groups: GroupReply[]];
type GroupReply = [
  group: string,
  pending: number,
  lastDelivered: string,
  read: number | null,
  lag: number | null,
  oldestPending: string | null,
  oldestUndelivered: string | null,
];

/** What the reply of lua/survey.lua means. */
export function survey(stream: StreamName, [now, length, added, bytes, young, ...groups]: Reply): StreamSurvey {
  const durable: readonly string[] = topology[stream].groups;
  const age = (id: string | null) => (id === null ? 0 : Math.max(0, (now - Number.parseInt(id, 10)) / 1000));
  const found = groups.filter(([group]) => durable.includes(group));
  return {
    stream,
    length,
    bytes,
    young,
    groups: found.map(([group, pending, lastDelivered, read, lag, oldestPending, oldestUndelivered]) => ({
      group,
      lag,
      pending,
      oldestPendingSeconds: age(oldestPending),
      behindSeconds: age(oldestPending ?? oldestUndelivered),
      trimmedUnacked: lost(added - length, read ?? (lastDelivered === "0-0" ? 0 : undefined)),
    })),
  };
}

/**
 * Entries are removed from the old end only, so of `removed` ones a group has missed those it had not yet read. (Redis's
 * own `lag` counts on as if they were still there.) Holds as long as nobody deletes single entries.
 *
 * @param read undefined: Redis cannot tell how many the group has read
 */
const lost = (removed: number, read: number | undefined) => (read === undefined ? 0 : Math.max(0, removed - read));
