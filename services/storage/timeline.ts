import type { Analytics, Point } from "../../contracts/analytics.ts";

/** Events of one type in one minute; bigint comes as a string. */
export interface MinuteRow {
  minute: Date;
  event_type: string;
  events: string;
  viewers: string | null;
  likes: string | null;
}

/** More points than a screen is wide are of no use. */
const MAX_POINTS = 1_440;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 360, 720, 1_440, 10_080, 43_200];

/**
 * A point for each minute in which something happened, or for several minutes where there would be too many.
 *
 * @param rows in the order of minutes
 */
export function timeline(rows: readonly MinuteRow[]): NonNullable<Analytics["timeline"]> {
  const minutesOf = new Set(rows.map(({ minute }) => minute.getTime() / 60_000));
  const pointsAt = (step: number) => new Set(Array.from(minutesOf, (minute) => Math.floor(minute / step))).size;
  const minutes = STEPS.find((step) => pointsAt(step) <= MAX_POINTS) ?? (STEPS.at(-1) as number);
  return { minutes, points: pointsOf(rows, minutes) };
}

function pointsOf(rows: readonly MinuteRow[], minutes: number): Point[] {
  const stepMs = minutes * 60_000;
  const points = new Map<number, Point>();
  for (const { minute, event_type, events, viewers, likes } of rows) {
    const at = Math.floor(minute.getTime() / stepMs) * stepMs;
    let point = points.get(at);
    if (!point) {
      point = { at: new Date(at).toISOString(), events: {}, likes: 0, viewers: null };
      points.set(at, point);
    }
    point.events[event_type] = (point.events[event_type] ?? 0) + Number(events);
    point.likes += Number(likes ?? 0);
    if (viewers !== null) point.viewers = Math.max(point.viewers ?? 0, Number(viewers));
  }
  return [...points.values()];
}

/** What adds up over the minutes. */
export function sumsOf(rows: readonly MinuteRow[]) {
  const points = pointsOf(rows, STEPS.at(-1) as number);
  const byType: Record<string, number> = {};
  for (const { events } of points) {
    for (const [type, count] of Object.entries(events)) byType[type] = (byType[type] ?? 0) + count;
  }
  const viewers = points.flatMap((point) => point.viewers ?? []);
  return {
    byType,
    events: Object.values(byType).reduce((sum, count) => sum + count, 0),
    observedLikes: points.reduce((sum, { likes }) => sum + likes, 0),
    peakViewers: viewers.length > 0 ? Math.max(...viewers) : null,
  };
}
