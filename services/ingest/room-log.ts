import { encodeRow } from "../../mixins/streams/codec.ts";
import { Ledgers } from "../../mixins/streams/ledger.ts";
import { type Packable, pack, packRows } from "../../mixins/streams/pack.ts";
import { loadScript } from "../../mixins/streams/script.ts";
import type { Commands } from "../../mixins/streams.mixin.ts";
import type { Account } from "./account.ts";
import type { Fence } from "./fence.ts";
import type { Unplaced } from "./raw-message.ts";
import { isMark, type Marks } from "./streaks.ts";

const publishLive = loadScript(new URL("lua/publish-live.lua", import.meta.url));
const seedRoom = loadScript(new URL("lua/seed-room.lua", import.meta.url));

/** Messages of one room remembered for dedupe: between one and two generations of this size. */
const GENERATION = 100_000;
const FORGET_S = 24 * 3600;
const FORGET_LEDGER_S = 30 * 24 * 3600;

/** A message and the id of our attempt at it: a retry after a lost reply is recognised as ours. */
export interface Attempted extends Unplaced {
  attempt: string;
  /** Of the message's session. */
  account?: Account | undefined;
  /** In whose name; none: nobody's, and then nothing is refused. */
  fence?: Fence | undefined;
}

/** What became of a message: its seqNo, null for a duplicate, or it was for the owner to say and came of another. */
export type Outcome = number | null | "fenced";

/** What the room's hash in Redis says of its past. */
export interface RoomRecord {
  /** Last seqNo given. */
  seqNo: number;
  /** The last session. */
  sessionId: string | null;
  /** When its last message was ingested, ISO 8601. */
  lastAt: string | null;
  /** Since when the room is cut off, ISO 8601; null while the last session is open. */
  cutAt: string | null;
}

/** Fields of the room's hash that change together with a publish; "" clears one. */
export type Notes = Partial<Record<"sessionId" | "lastAt" | "cutAt", string>>;

/**
 * The order of one room: gives each message its seqNo and appends it to ttlc:raw, once (DESIGN section 4).
 *
 * @param messages all in the name of the same owner
 * @throws an error for which `isUnseeded` holds, when the room has no counter in this run of Redis; one for which
 * `isUnowned` holds, when Redis has lost who owns it
 */
export async function appendToRoom(
  redis: Commands,
  streamId: string,
  messages: readonly Attempted[],
  notes: Notes | Marks = {},
): Promise<Outcome[]> {
  const ledgers = new Ledgers();
  const fence = messages[0]?.fence;
  const rows = messages.map(({ entry, windowMs, attempt, account, ownerOnly }) => {
    const before = [windowMs, attempt, ledgers.placeOf(account?.sessionId), fence && ownerOnly ? 1 : 0];
    return encodeRow(before, "ttlc:raw", entry as never);
  });
  const leaving = Map.groupBy(messages, ({ account }) => account);
  const told = [...leaving].flatMap(([account, { length }]): Packable[] =>
    account ? [[account.isOpen ? 0 : 1, account.isRecovered ? 1 : 0, Object.entries(account.told(length)).flat()]] : [],
  );
  const noted = Object.entries(notes).flat();
  const seen = pack(messages.map(({ key }) => key));
  const args = [
    GENERATION,
    FORGET_S,
    FORGET_LEDGER_S,
    pack(noted),
    pack(told),
    seen,
    packRows(rows),
    fence?.token ?? "",
  ];
  const room = roomKey(streamId);
  const keys = ["ttlc:raw", room, `${room}:seen`, `${room}:seen-before`, fence?.key ?? room, ...ledgers.keys];
  const answer = (await publishLive(redis, keys, args)) as number[];
  for (const account of leaving.keys()) if (account) account.isOpen = true;
  return answer.map((seqNo) => (seqNo === -2 ? "fenced" : seqNo === -1 ? null : seqNo));
}

export const isUnseeded = (error: unknown) => error instanceof Error && error.message.startsWith("UNSEEDED");
export const isUnowned = (error: unknown) => error instanceof Error && error.message.startsWith("UNOWNED");

/** Starts the room's counter after `seed` for this run of Redis. */
export async function seed(redis: Commands, streamId: string, seed: number): Promise<void> {
  await seedRoom(redis, [roomKey(streamId)], [seed, FORGET_S]);
}

/** What Redis knows of the room, or null. */
export async function readRoom(redis: Commands, streamId: string): Promise<RoomRecord | null> {
  const fields = ["seq", "sessionId", "lastAt", "cutAt"] as const;
  const [seq, sessionId, lastAt, cutAt] = await redis.hmget(roomKey(streamId), ...fields);
  if (seq == null) return null;
  return { seqNo: Number(seq), sessionId: sessionId || null, lastAt: lastAt || null, cutAt: cutAt || null };
}

/** What the room's hash keeps of gift streaks. */
export async function readStreaks(redis: Commands, streamId: string): Promise<Marks> {
  const room = await redis.hgetall(roomKey(streamId));
  return Object.fromEntries(Object.entries(room).filter(([field]) => isMark(field)));
}

/** The room's hash keeps these fields no longer. */
export async function forgetStreaks(redis: Commands, streamId: string, fields: readonly string[]): Promise<void> {
  await redis.hdel(roomKey(streamId), ...fields);
}

const roomKey = (streamId: string) => `ttlc:room:${streamId}`;
