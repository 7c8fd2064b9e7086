import type { ReplayPart, ReplayPlace } from "../contracts/replay.ts";

/** What every row of a session has; bigint comes as a string. */
export interface Placed {
  seq_no: string;
  event_id: string;
}

export const placeOf = ({ seq_no, event_id }: Placed): ReplayPlace => ({ seqNo: Number(seq_no), eventId: event_id });

/** Sorts by seqNo, then eventId. */
export const comparePlaces = (a: ReplayPlace, b: ReplayPlace): number =>
  a.seqNo - b.seqNo || (a.eventId < b.eventId ? -1 : a.eventId > b.eventId ? 1 : 0);

/**
 * The next rows of several sessions of one room, in the order of the room. Sessions follow each other, so as a rule one
 * of them is read, and two where one ends.
 *
 * @param parts in the order of their first event
 * @param read the next rows of one session, at most `limit`, in order
 */
export async function nextRows<Row extends Placed>(
  parts: readonly ReplayPart[],
  after: ReplayPlace,
  limit: number,
  read: (part: ReplayPart, after: ReplayPlace, limit: number) => Promise<Row[]>,
): Promise<Row[]> {
  let rows: Row[] = [];
  for (const part of parts) {
    if (part.lastSeq < after.seqNo) continue;
    const last = rows[limit - 1];
    if (last && part.firstSeq > Number(last.seq_no)) break;
    const more = await read(part, after, limit);
    if (rows.length === 0) rows = more;
    else rows = [...rows, ...more].sort((a, b) => comparePlaces(placeOf(a), placeOf(b))).slice(0, limit);
  }
  return rows;
}
