/** A target as one channel has it. */
export interface Line {
  channelId: string;
  host: string;
}

/** At which something is due. */
export interface DueLine extends Line {
  /** Attempts that failed there in a row. */
  failures: number;
}

/** How many may be begun there. */
export interface Share extends DueLine {
  places: number;
}

/** After so many failures in a row one attempt at a time tells whether it works again. */
export const BREAKS_AFTER = 5;

/**
 * Gives the places away that are free, one by one: to the channel with the least under way, and to its target with the
 * least; among equals to anyone, so that who came first does not come first for ever. A channel has half of all places.
 * Nobody has more than it leaves to others: a target of a channel to the channel's other targets, a target of many channels
 * to all other targets.
 *
 * @param underWay what has a place
 * @param random in [0, 1)
 */
export function share(
  due: readonly DueLine[],
  underWay: readonly Line[],
  places: number,
  random: () => number,
): Share[] {
  const tallies = new Tallies();
  for (const line of underWay) count(tallies.of(line));
  const candidates = due.map((line) => ({ ...line, places: 0, tie: random(), busy: tallies.of(line) }));
  for (let free = places - underWay.length; free > 0; free--) {
    const [first, ...others] = candidates.filter((one) => mayHaveMore(one, free, places / 2));
    if (!first) break;
    const next = others.reduce((best, one) => (comesBefore(one, best) ? one : best), first);
    next.places++;
    count(next.busy);
  }
  return candidates.flatMap(({ tie: _, busy: __, ...one }) => (one.places > 0 ? one : []));
}

/** What is under way, shared by all lines of the same channel or host. */
interface Busy {
  line: { count: number };
  channel: { count: number };
  host: { count: number };
}

interface Candidate extends DueLine {
  tie: number;
  busy: Busy;
}

function mayHaveMore({ failures, busy: { line, channel, host } }: Candidate, free: number, ofChannel: number): boolean {
  if (failures >= BREAKS_AFTER && line.count > 0) return false;
  return line.count < ofChannel - channel.count && host.count < free;
}

const comesBefore = (a: Candidate, b: Candidate): boolean =>
  (a.busy.channel.count - b.busy.channel.count || a.busy.line.count - b.busy.line.count || a.tie - b.tie) < 0;

function count({ line, channel, host }: Busy): void {
  for (const tally of [line, channel, host]) tally.count++;
}

class Tallies {
  readonly #tallies = new Map<string, { count: number }>();

  of({ channelId, host }: Line): Busy {
    return {
      line: this.#tally(`${channelId} ${host}`),
      channel: this.#tally(`${channelId} `),
      host: this.#tally(` ${host}`),
    };
  }

  #tally(name: string): { count: number } {
    const tally = this.#tallies.get(name) ?? { count: 0 };
    this.#tallies.set(name, tally);
    return tally;
  }
}
