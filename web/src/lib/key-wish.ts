import type { Key, Me } from "../../../contracts/keys.ts";
import { type ChipKind, typesOf } from "./rows.ts";

export type KeyKind = Key["kind"];

/** What the form of a new key holds. */
export interface KeyForm {
  name: string;
  role: KeyRole;
  channelId: string;
  /** Of an overlay: what it shows. */
  shows: ChipKind[];
  /** Days, or empty for never. */
  expiry: string;
}

export type KeyRole = Exclude<Key["role"], "overlay" | "admin">;

/** These reach every channel, and only an administrator gives them. */
const everywhere: KeyRole[] = ["ops", "developer"];

export const needsChannel = (role: KeyRole) => !everywhere.includes(role);

/** The roles that somebody may pass on, the most usual first: those that may nothing that they may not themselves. */
export function rolesFor(me: Pick<Me, "role"> | null): KeyRole[] {
  if (me?.role === "developer") return ["viewer"];
  return ["moderator", "viewer", "streamer", ...(me?.role === "admin" ? everywhere : [])];
}

/** What an overlay may be for: things people do. */
export const overlayKinds = ["gift", "follow", "sub", "chat", "like", "share"] as const satisfies ChipKind[];

const DAY_MS = 86_400_000;

/** What every kind of key is asked for with; an overlay takes `channelId` and `types` instead of the rest. */
export function wishOf({ name, role, channelId, shows, expiry }: KeyForm, now: number) {
  const common = {
    name: name.trim(),
    ...(expiry && { expiresAt: new Date(now + Number(expiry) * DAY_MS).toISOString() }),
  };
  return {
    ofOverlay: { ...common, channelId, types: shows.flatMap(typesOf) },
    ofCaller: { ...common, role, channelIds: needsChannel(role) ? [channelId] : [] },
  };
}
