import { Ids } from "./ids.ts";
import { type Language, languages, namelessNames, nameStyles } from "./languages.ts";
import { Random } from "./random.ts";

/** Somebody in the room. What changes during a LIVE (follows, subscribes, gives) changes here. */
export interface Viewer {
  id: string;
  /** Without @, Latin, unique in the crowd. */
  handle: string;
  nickname: string;
  secUid: string;
  language: Language;
  /** 0: never gave anything. */
  gifterLevel: number;
  /** Of the host's team; 0: not in it. */
  teamLevel: number;
  isModerator: boolean;
  isFollower: boolean;
  isMutual: boolean;
  isSubscriber: boolean;
  /** Months subscribed so far. */
  months: number;
  /** Diamonds given during this LIVE. */
  given: number;
}

const shares = Object.fromEntries(languages.map(({ code, share }) => [code, share]));
/** Accounts were made from here on, one after the other: 2019. */
const FIRST_ACCOUNT = Date.UTC(2019, 0, 1);
const LAST_ACCOUNT = Date.UTC(2025, 0, 1);

/** The people who may turn up. Who they are depends on the seed alone: they come again next time, and more only join them. */
export class Crowd {
  readonly viewers: readonly Viewer[];
  readonly moderators: readonly Viewer[];

  constructor(seed: number, size: number) {
    const random = new Random(`crowd ${seed}`);
    const ids = new Ids(`people ${seed}`);
    this.viewers = Array.from({ length: size }, (_, i) => createViewer(i, random, ids));
    this.moderators = this.viewers.filter(({ isModerator }) => isModerator);
  }

  /**
   * Somebody to act next: a few people do most of the talking (the front of the list, by a power law).
   *
   * @param present how many of the crowd are in the room
   */
  pick(random: Random, present = this.viewers.length): Viewer {
    return this.viewers[Math.floor(Math.min(present, this.viewers.length) * random.next() ** 1.6)] as Viewer;
  }

  /** Somebody to come in: anybody. */
  newcomer(random: Random): Viewer {
    return random.pick(this.viewers);
  }

  /** Those who gave most, at most `count`. */
  topGivers(count: number): Viewer[] {
    return this.viewers
      .filter(({ given }) => given > 0)
      .sort((a, b) => b.given - a.given)
      .slice(0, count);
  }
}

function createViewer(index: number, random: Random, ids: Ids): Viewer {
  const code = random.weighted(shares);
  const language = languages.find((one) => one.code === code) as Language;
  const [name, stem] = random.pick(language.names);
  const nameless = random.chance(0.03);
  const isRegular = index < 40;
  const isSubscriber = random.chance(isRegular ? 0.3 : 0.02);
  const isFollower = isSubscriber || random.chance(isRegular ? 0.9 : 0.35);
  return {
    id: ids.next(FIRST_ACCOUNT + random.next() * (LAST_ACCOUNT - FIRST_ACCOUNT)),
    handle: `${stem}${random.pick(["", ".", "_", "x", "_the_"])}${random.int(1, 9)}${String(index).padStart(4, "0")}`,
    nickname: nameless ? random.pick(namelessNames) : random.pick(nameStyles).replace("*", name),
    secUid: `MS4wLjABAAAA${Buffer.from(`${stem}-${index}-simulated-viewer`).toString("base64url").padEnd(52, "A")}`,
    language,
    gifterLevel: random.chance(0.55) ? 1 + Math.floor(random.next() ** 3 * 44) : 0,
    teamLevel: isFollower && random.chance(0.5) ? 1 + Math.floor(random.next() ** 2 * 29) : 0,
    isModerator: index > 0 && index < 40 && index % 9 === 0,
    isFollower,
    isMutual: isFollower && random.chance(isRegular ? 0.15 : 0.02),
    isSubscriber,
    months: isSubscriber ? random.int(1, 18) : 0,
    given: 0,
  };
}

/** The streamer; the same account at every LIVE of `uniqueId`. */
export function createHost(uniqueId: string): Viewer {
  const random = new Random(`host ${uniqueId}`);
  return {
    id: new Ids(`host ${uniqueId}`).next(FIRST_ACCOUNT + random.next() * (LAST_ACCOUNT - FIRST_ACCOUNT)),
    handle: uniqueId,
    nickname: uniqueId,
    secUid: `MS4wLjABAAAA${Buffer.from(`${uniqueId}-simulated-host`).toString("base64url").padEnd(52, "A")}`,
    language: languages[0] as Language,
    gifterLevel: 12,
    teamLevel: 0,
    isModerator: false,
    isFollower: false,
    isMutual: false,
    isSubscriber: false,
    months: 0,
    given: 0,
  };
}
