import type { ConnectErrorCode } from "./connect-error.ts";

/** What one of TikTok's pages says of a streamer. absent: there is no such user. */
export type Sight = "live" | "paused" | "offline" | "absent" | "unknown";

/** One page's word. An empty, strange or failed answer is `unknown`, never `offline`. */
export interface Sighting {
  from: "api" | "page" | "info";
  sight: Sight;
  /** TikTok's room id, digits only. */
  roomId?: string;
  /** Why the page says so little. */
  hint?: Extract<
    ConnectErrorCode,
    "ROOM_RESTRICTED" | "COUNTRY_BLOCKED" | "TIKTOK_BLOCKED" | "TIKTOK_UNAVAILABLE" | "INVALID_ROOM_ID"
  >;
}

/** TikTok's room status as a sight: 2 is live, 3 paused, 4 over; whatever else is no answer. */
export function sightOf(status: unknown): Sight {
  if (status === 2) return "live";
  if (status === 3) return "paused";
  return status === 4 ? "offline" : "unknown";
}

export const isRoomId = (value: unknown): value is string => typeof value === "string" && /^[1-9]\d{3,24}$/.test(value);

/**
 * What several pages say together. They are wrong now and then, each in its own way: a streamer is offline only when two
 * of them say so and they outnumber those that say otherwise; one that says live is enough when none contradicts.
 */
export function verdict(sightings: readonly Sighting[]): Sight {
  const said = (...sights: Sight[]) => sightings.filter(({ sight }) => sights.includes(sight)).length;
  const up = said("live", "paused");
  const down = said("offline", "absent");
  if (up > down) return said("live") > 0 ? "live" : "paused";
  if (down < 2 || up === down) return "unknown";
  return said("offline") > 0 ? "offline" : "absent";
}

/** The room that they name, those that call it live first. */
export function roomOf(sightings: readonly Sighting[]): string | undefined {
  const named = sightings.filter(({ roomId }) => roomId !== undefined);
  return (named.find(({ sight }) => sight === "live") ?? named[0])?.roomId;
}

/** The most telling of the hints, if there is any. */
export function hintOf(sightings: readonly Sighting[]): Sighting["hint"] {
  const hints = sightings.map(({ hint }) => hint);
  const order = ["ROOM_RESTRICTED", "COUNTRY_BLOCKED", "TIKTOK_BLOCKED", "INVALID_ROOM_ID"] as const;
  const known = order.find((hint) => hints.includes(hint));
  // a network that is down says nothing of the room; one page of several that fails says nothing at all
  return known ?? (hints.every((hint) => hint === "TIKTOK_UNAVAILABLE") ? hints[0] : undefined);
}

/**
 * What is believed of one streamer. Who was live is believed to be over only when the pages have said so twice in a
 * row, with time between; a message of the stream itself says it at once.
 */
export class Belief {
  #isLive = false;
  #doubts = 0;

  /** The stream gives messages. */
  sawLive(): void {
    this.#isLive = true;
    this.#doubts = 0;
  }

  /** The stream itself said that it ends. */
  sawEnd(): void {
    this.#isLive = false;
  }

  /** Whether the word of the pages that nobody is live is to be taken; false: ask once more. */
  acceptsEnd(): boolean {
    if (this.#isLive && ++this.#doubts < 2) return false;
    this.sawEnd();
    return true;
  }
}
