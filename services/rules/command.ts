import type { Measure, ModerationTarget } from "../../contracts/moderation.ts";
import type { RoomTask } from "./euler.ts";
import type { Capabilities } from "./gate.ts";
import { isOwner } from "./owners.ts";

/** Why what a person commanded does not leave ttlc. */
export type CommandRefusal = "own_account" | "streamer" | "no_capability";

/** After its end, or its last event, nothing is done in a room any more, in ms. */
const OVER_MS = 1_800_000;

/** What is done to somebody in a room. */
export type Deed = { measure: Exclude<Measure, "timeout">; seconds: null } | { measure: "timeout"; seconds: number };

/** What takes it back; null: nothing does. */
export function reverseOf(measure: Measure | null): Deed | null {
  if (measure === "timeout") return { measure: "unmute", seconds: null };
  return measure === "ban" ? { measure: "unban", seconds: null } : null;
}

export function taskOf(deed: Deed, roomId: string, userId: string): RoomTask {
  const { measure, seconds } = deed;
  return measure === "timeout" ? { kind: "mute", roomId, userId, seconds } : { kind: measure, roomId, userId };
}

export const isOver = ({ heardAt }: Pick<ModerationTarget, "heardAt">, now: number): boolean =>
  now - Date.parse(heardAt) > OVER_MS;

/** Null: it may. The account that acts and the streamer are never acted upon, whoever asks for it. */
export function refusalOfCommand(
  person: { userId: string; uniqueId: string },
  target: Pick<ModerationTarget, "owner" | "simulated">,
  can: Capabilities,
): CommandRefusal | null {
  if (can.account !== undefined && person.uniqueId.toLowerCase() === can.account) return "own_account";
  if (isOwner(person, target.owner)) return "streamer";
  return hasMeans(target, can) ? null : "no_capability";
}

/** Whether anything can be done in the room; a simulated one is not at TikTok. */
export const hasMeans = ({ simulated }: Pick<ModerationTarget, "simulated">, can: Capabilities): boolean =>
  can.types.has("moderate") && !simulated;
