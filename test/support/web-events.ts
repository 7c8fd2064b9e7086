import { createHash } from "node:crypto";
import type { EventType, Payload, UnifiedEvent, User } from "../../contracts/unified-event.ts";

const names =
  "Mila Novák,Jonas Weber,Aiko Tanaka,Sofía Marín,Liam O’Brien,Zoë Laurent,Marco Rossi,Priya Nair,Noah Kim,Ema Dvořák,Hugo Lindqvist,Amira Haddad,Bruno Costa,Yuki Mori,Greta Olsen,Tariq Aziz,Nina Petrova,Leo Martin,Chloé Dubois,Diego Vega,Ines Faber,Oskar Nowak,Rosa Blum,Kofi Mensah".split(
    ",",
  );
const lines = [
  "hello from Lisbon 👋",
  "that outro was beautiful",
  "can you play the slow one again?",
  "first time here, staying",
  "the lighting looks so good tonight",
  "hahaha 😂",
  "who made this beat?",
  "greetings from Osaka 🎉",
  "what tuning is that?",
  "this is exactly what I needed today",
  "LET'S GO 🔥🔥",
  "how long have you been playing? I started two years ago and still cannot get the bridge right",
  "❤️",
  "same time tomorrow?",
  "the chat is so kind today",
];
const gifts = [
  { giftId: "5655", giftName: "Rose", diamondCount: 1, streakable: true },
  { giftId: "5487", giftName: "Finger Heart", diamondCount: 5, streakable: true },
  { giftId: "5879", giftName: "Doughnut", diamondCount: 30, streakable: false },
  { giftId: "6064", giftName: "Cap", diamondCount: 99, streakable: false },
  { giftId: "5660", giftName: "Hand Hearts", diamondCount: 100, streakable: false },
  { giftId: "6090", giftName: "Galaxy", diamondCount: 1000, streakable: false },
] as const;

/** Mulberry32: the same seed, the same room. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface RoomFacts {
  streamId: string;
  sessionId: string;
}

/** Makes the events of one room, in order; `next` picks a type, `of` takes yours. */
export function eventMaker({ streamId, sessionId }: RoomFacts, seed = 1) {
  const chance = random(seed);
  const pick = <Item>(list: readonly Item[]): Item => list[Math.floor(chance() * list.length)] as Item;
  const people = names.flatMap((name, i) => [person(name, i), person(`${name.split(" ")[0]} ${i}`, i + 100)]);
  let seqNo = 0;
  let likes = 48_000;
  let viewers = 1_842;
  let streak: { user: User; count: number; giftId: (typeof gifts)[number]; id: string } | undefined;

  function of<Type extends EventType>(
    eventType: Type,
    payload: Payload<Type>,
    user: User | null = null,
    more: { subType?: string; timestamp?: string } = {},
  ): UnifiedEvent {
    seqNo++;
    const now = more.timestamp ?? new Date().toISOString();
    return {
      schemaVersion: "unified.v1",
      eventId: createHash("sha256").update(`${streamId}:${seqNo}:${eventType}`).digest("hex"),
      eventType,
      rawType: eventType,
      streamId,
      sessionId,
      source: "live",
      provider: "simulator",
      seqNo,
      isHistory: false,
      ...more,
      timestamp: now,
      ingestedAt: now,
      user,
      payload,
    } as UnifiedEvent;
  }

  function gift(): UnifiedEvent {
    if (streak && chance() < 0.7) {
      streak.count += 1 + Math.floor(chance() * 3);
      return giftFrame(streak.count < 25 ? "progress" : "final");
    }
    const kind = pick(chance() < 0.93 ? gifts.slice(0, 3) : gifts.slice(3));
    const user = pick(people);
    if (!kind.streakable)
      return of("GIFT", { ...kind, giftCount: 1, coins: kind.diamondCount, streakState: "none" }, user);
    streak = { user, count: 1, giftId: kind, id: createHash("sha256").update(`${seqNo}`).digest("hex") };
    return giftFrame("progress");
  }

  function giftFrame(streakState: "progress" | "final"): UnifiedEvent {
    const { user, count, giftId: kind, id } = streak as NonNullable<typeof streak>;
    if (streakState === "final") streak = undefined;
    const coins = kind.diamondCount * count;
    return of("GIFT", { ...kind, giftCount: count, coins, streakId: id, streakState }, user);
  }

  const table: [number, () => UnifiedEvent][] = [
    [0.5, () => of("CHAT", { message: pick(lines) }, pick(people))],
    [0.68, () => of("JOIN", {}, pick(people))],
    [0.83, like],
    [0.92, gift],
    [0.95, () => of("FOLLOW", {}, pick(people))],
    [0.965, () => of("SHARE", {}, pick(people))],
    [0.97, () => of("SUBSCRIBE", { months: 1 + Math.floor(chance() * 12) }, pick(people))],
    [0.98, () => of("EMOTE", { emotes: [{ emoteId: "1" }] }, pick(people))],
    [0.99, () => of("RAW", { rawType: "WebcastQuestionNewMessage" }, null, { subType: "QUESTION" })],
    [1, roomUser],
  ];

  function like(): UnifiedEvent {
    const count = 1 + Math.floor(chance() * 15);
    likes += count;
    return of("LIKE", { count, total: likes }, pick(people));
  }

  function roomUser(): UnifiedEvent {
    viewers = Math.max(20, viewers + Math.round((chance() - 0.48) * 40));
    return of("ROOM_USER", { viewers, totalViewers: 12_000 + seqNo });
  }

  function next(): UnifiedEvent {
    const roll = chance();
    return (table.find(([limit]) => roll < limit) as (typeof table)[number])[1]();
  }

  return { next, of, people };
}

function person(displayName: string, i: number): User {
  return {
    userId: String(7_000_000_000_000_000_000n + BigInt(i)),
    uniqueId: displayName
      .normalize("NFKD")
      .replace(/[^A-Za-z0-9]+/g, "_")
      .toLowerCase(),
    displayName,
    isModerator: i % 13 === 3,
    isSubscriber: i % 7 === 2,
    isFollower: i % 3 === 0,
    followRole: i % 3 === 0 ? (i % 2 ? 1 : 2) : 0,
    ...(i % 4 === 0 && { gifterLevel: 3 + (i % 30) }),
  };
}
