import { type Role, roles, type Scope, type View } from "../../contracts/access.ts";

/** How far a right reaches: channels of the caller's, every channel, or those that the simulator made. */
type Reach = "own" | "all" | "simulated";

export interface Grant {
  reach: Reach;
  view: View;
}

const own: Grant = { reach: "own", view: "whole" };
const all: Grant = { reach: "all", view: "whole" };
const simulated: Grant = { reach: "simulated", view: "whole" };
const as = (grant: Grant, view: View): Grant => ({ ...grant, view });

type Row = Partial<Record<Exclude<Role, "admin">, Grant>>;

/** Who may what: DESIGN.md section 8. Each route names its row; what is not here, nobody may but the admin. */
export const matrix = {
  /** Which rooms there are and how they do; with people only for those who may see people. */
  "rooms.read": {
    streamer: own,
    moderator: own,
    viewer: as(own, "aggregates"),
    ops: as(all, "masked"),
    developer: simulated,
  },
  "rooms.connect": { streamer: own, ops: all, developer: simulated },
  /** The live feed. */
  "feed.read": {
    streamer: own,
    moderator: own,
    ops: as(all, "masked"),
    developer: simulated,
    overlay: as(own, "chosen"),
  },
  /** What was: history, exports of it. */
  "events.read": { streamer: own, moderator: own, ops: as(all, "masked"), developer: simulated },
  /** People, with what they did. */
  "users.read": { streamer: own, moderator: own, ops: as(all, "masked"), developer: simulated },
  "analytics.read": {
    streamer: own,
    moderator: own,
    viewer: as(own, "aggregates"),
    developer: simulated,
    overlay: as(own, "chosen"),
  },
  /** Notes on people, and what is done to them. */
  moderate: { streamer: own, moderator: own },
  /** Replays, settings, keys, team. */
  manage: { streamer: own, developer: simulated },
  "rules.read": { streamer: own, moderator: own, developer: simulated },
  "rules.write": { streamer: own, developer: simulated },
  "audit.read": { streamer: own, moderator: own },
  "ledger.read": { streamer: own, ops: all, developer: simulated },
  /** Lag, nodes, drift, dead letters with their content masked. */
  "pipeline.read": { ops: all, developer: simulated },
  /** Sending dead letters back, or giving them up. */
  "letters.act": { ops: all, developer: simulated },
  "metrics.read": { ops: all },
} as const satisfies Record<string, Row>;

export type Right = keyof typeof matrix;

/** What `role` may of `right`; undefined: nothing. */
export function grantOf(role: Role, right: Right): Grant | undefined {
  return role === "admin" ? all : (matrix[right] as Row)[role];
}

/** Everything that `role` may, each with how much it sees of it. */
export function rightsOf(role: Role): Partial<Record<Right, View>> {
  const rights = Object.keys(matrix) as Right[];
  return Object.fromEntries(
    rights.flatMap((right) => {
      const grant = grantOf(role, right);
      return grant ? [[right, grant.view]] : [];
    }),
  );
}

/** The roles that somebody of `role` may give to others: those that may nothing that they may not themselves. */
export const givenBy = (role: Role): Role[] => roles.filter((given) => role === "admin" || isWithin(given, role));

/** Admins are within nobody: `matrix` does not tell all that they may. */
function isWithin(given: Role, giver: Role): boolean {
  const rights = Object.keys(rightsOf(given)) as Right[];
  return given !== "admin" && rights.every((right) => covers(grantOf(giver, right), grantOf(given, right)));
}

/** Own channels are within any reach: those of a key are its giver's. */
function covers(mine: Grant | undefined, theirs: Grant | undefined): boolean {
  if (!mine || !theirs) return false;
  const reached = mine.reach === "all" || theirs.reach === "own" || mine.reach === theirs.reach;
  return reached && (mine.view === "whole" || mine.view === theirs.view);
}

/** The channels that a grant reaches for somebody who has these. */
export function scopeOf({ reach }: Grant, channelIds: string[]): Scope {
  if (reach === "all") return {};
  return reach === "simulated" ? { simulated: true } : { channelIds };
}

/** Whether a scope reaches a channel; what belongs to no channel, only an unlimited one does. */
export function reaches(
  { channelIds, simulated }: Scope,
  of: { channelId: string | null; simulated: boolean },
): boolean {
  if (simulated && !of.simulated) return false;
  return channelIds === undefined || (of.channelId !== null && channelIds.includes(of.channelId));
}
