import { type SQLQuery, sql } from "@databases/pg";

/** The values of an order's columns in one event, as text. */
export type Place = readonly string[];

/** What tells where an event stands. */
export interface EventKey {
  event_id: string;
  timestamp: Date;
  seq_no: string;
  /** Packed. */
  position: string;
}

/** An order of events: that of an index. */
export interface Order {
  columns: SQLQuery;
  backwards: SQLQuery;
  /** Before the first event. */
  start: Place;
  /** What the parts of a place look like. */
  shape: readonly RegExp[];
  placeOf(key: EventKey): Place;
  /** Conditions on `e`: behind a place; not above a position (packed), where the index knows positions. */
  after(place: Place): SQLQuery;
  upTo(through: string): SQLQuery;
}

const packed = /^[0-8]?\d{1,18}$/;
const byPosition = {
  shape: [packed],
  placeOf: ({ position }: EventKey): Place => [position],
  upTo: (through: string) => sql`e.position <= ${through}::bigint`,
};

/** By seqNo: the order in which things happened in the room, whatever became of their messages. */
export const room: Order = {
  columns: sql`seq_no, event_id`,
  backwards: sql`seq_no desc, event_id desc`,
  start: ["-1", ""],
  shape: [/^\d{1,16}$/, /^(?:[0-9a-f]{64}|g)$/],
  placeOf: ({ seq_no, event_id }) => [seq_no, event_id],
  after: ([seqNo, eventId]) => sql`(e.seq_no, e.event_id) > (${seqNo}::bigint, ${eventId})`,
  upTo: () => sql`true`,
};

/** The same from its end. */
export const latestInRoom: Order = {
  ...room,
  columns: sql`seq_no desc, event_id desc`,
  backwards: sql`seq_no, event_id`,
  start: ["9223372036854775807", "g"],
  after: ([seqNo, eventId]) => sql`(e.seq_no, e.event_id) < (${seqNo}::bigint, ${eventId})`,
};

/** After everything with this seqNo: ids are hexadecimal. */
export const afterSeqNo = (seqNo: number): Place => [String(seqNo), "g"];

/** By position: the order of the feeds. */
export const delivered: Order = {
  ...byPosition,
  columns: sql`position`,
  backwards: sql`position desc`,
  start: ["0"],
  after: ([position]) => sql`e.position > ${position}::bigint`,
};

export const newest: Order = {
  ...byPosition,
  columns: sql`position desc`,
  backwards: sql`position`,
  start: ["9223372036854775807"],
  after: ([position]) => sql`e.position < ${position}::bigint`,
};
