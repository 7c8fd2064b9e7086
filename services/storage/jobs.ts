import { type Queryable, sql } from "@databases/pg";
import type { Page } from "../../contracts/api.ts";
import type { Job } from "../../contracts/job.ts";
import type { StoredReplay } from "../../contracts/replay.ts";
import { olderThan, type PageQuery, toPage } from "./newest-first.ts";
import { type ReplayRow, toReplay } from "./replays.ts";
import { ofStreamsInScope } from "./scope.ts";

/** What was told longer ago says nothing of now: nobody has the replay, or nobody can be told. */
const FRESH_MS = 5_000;

const id = { name: "session_id", shape: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/ };

/** All jobs, the newest first. */
export async function jobs(db: Queryable, { after, limit, scope = {} }: PageQuery, now: Date): Promise<Page<Job>> {
  const rows: (ReplayRow & { first_at: Date })[] = await db.query(sql`
    select s.* from (select r.*, r.started_at as first_at from replays r) s
    where ${olderThan(after, id)} and ${ofStreamsInScope(scope, sql`s.stream_id`)}
    order by s.started_at desc, session_id desc limit ${limit + 1}`);
  return toPage(
    rows,
    limit,
    (row) => row.session_id,
    (row) => toJob(toReplay(row), now),
  );
}

/** Null when there is no job of that id. */
export async function job(db: Queryable, { jobId }: { jobId: string }, now: Date): Promise<Job | null> {
  const [row]: ReplayRow[] = await db.query(sql`select * from replays where session_id = ${jobId}`);
  return row ? toJob(toReplay(row), now) : null;
}

/** A replay as a person follows it. */
export function toJob(replay: StoredReplay, now: Date): Job {
  const { sessionId, streamId, of, speed, state, reason, total, startedAt, endedAt, reachedAt } = replay;
  const done = Math.min(replay.published, total);
  const bounds = replay.parts.flatMap(({ firstAt, lastAt }) => [firstAt, lastAt]).sort();
  const to = bounds.at(-1) ?? startedAt;
  const isFresh = now.getTime() - Date.parse(replay.reportedAt ?? startedAt) <= FRESH_MS;
  const perSecond = state === "running" && isFresh ? replay.perSecond : null;
  const toDo = { events: total - done, roomMs: reachedAt === null ? null : Date.parse(to) - Date.parse(reachedAt) };
  return {
    jobId: sessionId,
    kind: "replay",
    state,
    ...(reason !== undefined && { reason }),
    startedAt,
    endedAt,
    progress: {
      total,
      done,
      percent: total === 0 ? 100 : Math.floor((done / total) * 1_000) / 10,
      perSecond: perSecond === null ? null : Math.round(perSecond * 10) / 10,
      secondsLeft: perSecond === null ? null : secondsLeft(toDo, speed, perSecond),
    },
    replay: { sessionId, streamId, of, speed, from: bounds[0] ?? startedAt, to, reachedAt },
  };
}

/** As long as the room took, at its speed; as fast as possible, what is left at the rate of now. */
function secondsLeft(
  { events, roomMs }: { events: number; roomMs: number | null },
  speed: StoredReplay["speed"],
  perSecond: number,
): number | null {
  if (speed === "max") return perSecond > 0 ? Math.ceil(events / perSecond) : null;
  return roomMs === null ? null : Math.max(0, Math.ceil(roomMs / 1_000 / speed));
}
