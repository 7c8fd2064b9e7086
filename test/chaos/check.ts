import { hash } from "node:crypto";
import type { StreamName } from "../../contracts/streams.ts";
import { comparePositions } from "../../lib/position.ts";

/** An entry of ttlc:raw, seen as soon as it was added. */
export interface RawSeen {
  id: string;
  streamId: string;
  seqNo: string;
  type: string;
  sessionId: string;
  msgId: string;
  /** Why it must be given up; absent when it must be stored. */
  poison?: string | undefined;
  /** It is told again. */
  isReplay?: boolean;
}

/** An entry of ttlc:events. */
export interface EventSeen {
  id: string;
  eventId?: string | undefined;
  poison?: string | undefined;
  isReplay?: boolean;
}

/** An entry of ttlc:dlq, or a row of dead_letters. */
export interface Letter {
  stream: string;
  entryId: string;
  reason: string;
  /** The service that gave it up. */
  stage?: string;
}

export interface StoredEvent {
  eventId: string;
  streamId: string;
  rawType: string;
  msgId: string | null;
}

/** Everything a run left behind of what happened; nothing of what was told again, or given up by who acts on it. */
export interface Evidence {
  raw: readonly RawSeen[];
  events: readonly EventSeen[];
  dlq: readonly (Letter & { id: string })[];
  /** Ids that XADD confirmed to our own producer. */
  confirmed: readonly { stream: StreamName; id: string }[];
  /** Rooms that ingest keeps, and how many entries it says it published since the last flush. */
  rooms: ReadonlyMap<string, number>;
  /** What TikTok sent to somebody in these rooms, in that order. */
  sent: ReadonlyMap<string, readonly { type: string; msgId: string }[]>;
  stored: readonly StoredEvent[];
  letters: readonly Letter[];
  /** Whether the stream's group has still to handle that entry. */
  isUnfinished(stream: StreamName, id: string): boolean;
  /** The newest entry of each stream when Redis was flushed: what was not stored until then is a recorded loss. */
  flushedUpTo: Partial<Record<StreamName, string>>;
}

/** What is wrong, by kind: one line for each fault found. */
export interface Findings {
  /** Confirmed, everything drained, and not stored. */
  lost: string[];
  /** Confirmed, not stored, and somebody has still to handle it. */
  stuck: string[];
  /** Stored or given up, and should not be. */
  unexpected: string[];
  /** There more than once. */
  duplicated: string[];
  /** seqNo of a room that does not grow. */
  disordered: string[];
  /** Sessions after the first that do not say what was missed before them, and messages missed within a session. */
  uncovered: string[];
}

/**
 * Compares what was promised with what is there, as Jepsen's total-queue does: each confirmed entry is stored exactly
 * once or, if it is poison, given up exactly once for its reason; nothing else is.
 */
export function check(evidence: Evidence): Findings & { flushed: number } {
  const expected = expectations(evidence);
  const { missing, flushed } = missingOf(evidence, expected);
  return {
    lost: [...missing.filter(({ stuck }) => !stuck).map(({ what }) => what), ...unseen(evidence)],
    stuck: missing.filter(({ stuck }) => stuck).map(({ what }) => what),
    unexpected: unexpectedOf(evidence, expected),
    duplicated: duplicatesOf(evidence),
    disordered: [...evidence.rooms.keys()].flatMap((room) => disorderOf(evidence.raw, room)),
    uncovered: [...evidence.rooms.keys()].flatMap((room) => [
      ...uncoveredOf(evidence.raw, room),
      ...swallowedOf(evidence.raw, room, evidence.sent.get(room) ?? []),
    ]),
    flushed,
  };
}

/** What must be there at the end, and the entries on the way to it, from the first. */
interface Expectations {
  events: Map<string, Way>;
  /** By `letterKey`. */
  letters: Map<string, Way & { reason: string }>;
}
type Way = { steps: { stream: StreamName; id: string }[] };

const GIVEN_UP_BY_STORAGE = "STORE_REJECTED";

export const eventIdOf = ({ streamId, seqNo, type }: Pick<RawSeen, "streamId" | "seqNo" | "type">): string =>
  hash("sha256", `${streamId}:${seqNo}:${type}`);

const letterKey = ({ stream, entryId }: Pick<Letter, "stream" | "entryId">) => `${stream} ${entryId}`;

function expectations({ raw, events, dlq }: Evidence): Expectations {
  const handedOff = Map.groupBy(events, ({ eventId }) => eventId);
  const lettersSeen = Map.groupBy(dlq, letterKey);
  const expected: Expectations = { events: new Map(), letters: new Map() };
  const expectLetter = (stream: StreamName, entryId: string, reason: string, before: Way["steps"]) => {
    const key = letterKey({ stream, entryId });
    const last = (lettersSeen.get(key) ?? []).map(({ id }) => ({ stream: "ttlc:dlq" as const, id }));
    expected.letters.set(key, { reason, steps: [...before, { stream, id: entryId }, ...last] });
  };
  for (const entry of raw) {
    const first = { stream: "ttlc:raw" as const, id: entry.id };
    if (entry.poison && entry.poison !== GIVEN_UP_BY_STORAGE) {
      expectLetter("ttlc:raw", entry.id, entry.poison, []);
      continue;
    }
    const next = handedOff.get(eventIdOf(entry)) ?? [];
    const steps = [first, ...next.map(({ id }) => ({ stream: "ttlc:events" as const, id }))];
    if (!entry.poison) expected.events.set(eventIdOf(entry), { steps });
    else if (next.length === 0) expected.letters.set(`never handed off: ${entry.id}`, { reason: entry.poison, steps });
    else for (const { id } of next) expectLetter("ttlc:events", id, entry.poison, [first]);
  }
  for (const { id, poison, eventId } of events) {
    if (poison && eventId === undefined) expectLetter("ttlc:events", id, poison, []);
  }
  return expected;
}

function missingOf(evidence: Evidence, expected: Expectations) {
  const stored = new Set(evidence.stored.map(({ eventId }) => eventId));
  for (const eventId of republished(evidence)) stored.add(eventId); // under the id of its first time
  const given = new Set(evidence.letters.map(letterKey));
  const ways = [
    ...[...expected.events]
      .filter(([eventId]) => !stored.has(eventId))
      .map(([eventId, way]) => ["event", eventId, way] as const),
    ...[...expected.letters].filter(([key]) => !given.has(key)).map(([key, way]) => ["letter", key, way] as const),
  ];
  const missing: { what: string; stuck: boolean }[] = [];
  let flushed = 0;
  for (const [kind, name, { steps }] of ways) {
    const last = steps.at(-1) as Way["steps"][number];
    const flush = evidence.flushedUpTo[last.stream];
    if (flush && comparePositions(last.id, flush) <= 0) flushed++;
    else {
      const stuck = steps.some(({ stream, id }) => evidence.isUnfinished(stream, id));
      missing.push({ what: `${kind} ${name}, last seen as ${last.stream} ${last.id}`, stuck });
    }
  }
  return { missing, flushed };
}

/** Events of messages that were stored already when a flush made ingest publish them again. */
function republished({ raw, stored, rooms, flushedUpTo }: Evidence): string[] {
  if (!flushedUpTo["ttlc:raw"]) return [];
  const messages = new Set(stored.map(({ streamId, rawType, msgId }) => `${streamId} ${rawType} ${msgId}`));
  const ofRooms = raw.filter(({ streamId }) => rooms.has(streamId));
  return ofRooms.filter((entry) => messages.has(messageKey(entry) ?? "")).map(eventIdOf);
}

/** Confirmed by XADD or by ingest, and never seen in the stream. */
function unseen({ raw, events, confirmed, rooms, flushedUpTo }: Evidence): string[] {
  const seen = new Set([...raw.map(({ id }) => `ttlc:raw ${id}`), ...events.map(({ id }) => `ttlc:events ${id}`)]);
  const gone = confirmed.map(({ stream, id }) => `${stream} ${id}`).filter((entry) => !seen.has(entry));
  const flush = flushedUpTo["ttlc:raw"] ?? "0-0";
  for (const [room, published] of rooms) {
    const count = raw.filter(({ streamId, id }) => streamId === room && comparePositions(id, flush) > 0).length;
    if (count < published) gone.push(`room ${room}: ${published} published, ${count} seen in ttlc:raw`);
  }
  return gone;
}

function unexpectedOf({ stored, letters }: Evidence, expected: Expectations): string[] {
  const wrong = stored
    .filter(({ eventId }) => !expected.events.has(eventId))
    .map(({ eventId, streamId, rawType }) => `event ${eventId} of ${streamId}, ${rawType}`);
  for (const letter of letters) {
    const reason = expected.letters.get(letterKey(letter))?.reason;
    if (reason !== letter.reason) wrong.push(`letter ${letterKey(letter)}: ${letter.reason}, not ${reason ?? "any"}`);
  }
  return wrong;
}

/** A message of a room; undefined when it has no id. */
const messageKey = ({ streamId, type, msgId }: RawSeen) => msgId && `${streamId} ${type} ${msgId}`;

function duplicatesOf({ raw, events, dlq, stored, letters, rooms, flushedUpTo }: Evidence): string[] {
  const times = Map.groupBy(raw, eventIdOf);
  const flush = flushedUpTo["ttlc:raw"] ?? "0-0"; // with it went the memory of what was published before
  const ofRooms = raw.filter(({ streamId, id }) => rooms.has(streamId) && comparePositions(id, flush) > 0);
  return [
    ...repeated(ofRooms, (entry) => messageKey(entry) && `ttlc:raw: ${messageKey(entry)}`),
    ...repeated(
      events,
      ({ eventId }) => eventId && `ttlc:events: ${eventId}`,
      (event) => times.get(event.eventId as string)?.length ?? 1,
    ),
    ...repeated(dlq, (letter) => `ttlc:dlq: ${letterKey(letter)}`),
    ...repeated(stored, ({ eventId, streamId, rawType, msgId }) =>
      msgId ? `events: ${streamId} ${rawType} ${msgId}` : `events: ${eventId}`,
    ),
    ...repeated(letters, (letter) => `dead_letters: ${letterKey(letter)}`),
  ];
}

/** Names that more items have than are allowed (one, unless told otherwise); items without a name are left out. */
function repeated<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string | null | undefined,
  allowed: (item: Item) => number = () => 1,
): string[] {
  return [...Map.groupBy(items, nameOf)]
    .filter(([name, same]) => name && same.length > allowed(same[0] as Item))
    .map(([name, same]) => `${name}, ${same.length} times`);
}

function disorderOf(raw: readonly RawSeen[], room: string): string[] {
  const wrong: string[] = [];
  let last = -1;
  for (const { streamId, seqNo, id } of raw) {
    if (streamId !== room) continue;
    if (Number(seqNo) <= last) wrong.push(`${room}: seqNo ${seqNo} of ttlc:raw ${id} comes after ${last}`);
    last = Math.max(last, Number(seqNo));
  }
  return wrong;
}

/** A session after the first begins with a gap that covers the time before it. */
function uncoveredOf(raw: readonly RawSeen[], room: string): string[] {
  const sessions = Map.groupBy(
    raw.filter(({ streamId }) => streamId === room),
    ({ sessionId }) => sessionId,
  );
  return [...sessions]
    .slice(1)
    .filter(([, entries]) => !entries.some(({ type }) => type === "ttlc.Gap"))
    .map(([sessionId]) => `session ${sessionId} of ${room} has no gap before it`);
}

/** What was sent and never published may be missing between two sessions, which their gap covers, and nowhere else. */
function swallowedOf(
  raw: readonly RawSeen[],
  room: string,
  sent: readonly { type: string; msgId: string }[],
): string[] {
  const sessions = new Map<string, string>();
  for (const { streamId, type, msgId, sessionId } of raw) {
    if (streamId === room) sessions.set(`${type} ${msgId}`, sessionId);
  }
  const swallowed: string[] = [];
  let missing: string[] = [];
  let before: string | undefined;
  for (const { type, msgId } of sent) {
    const session = sessions.get(`${type} ${msgId}`);
    if (session === undefined) missing.push(`${type} ${msgId} is missing within session ${before}`);
    else {
      if (session === before) swallowed.push(...missing);
      missing = [];
      before = session;
    }
  }
  return swallowed;
}
