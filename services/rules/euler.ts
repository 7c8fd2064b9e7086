import { timeoutSeconds } from "../../contracts/moderation.ts";
import type { RuleAction } from "../../contracts/rule.ts";
import { askEuler, type EulerRequest, type EulerRest } from "./euler-rest.ts";
import type { Outcome } from "./queue.ts";

/** What is done in a room, by the account that is configured. */
export type RoomTask =
  | { kind: "chat"; roomId: string; content: string }
  | { kind: "mute"; roomId: string; userId: string; seconds: number }
  | { kind: "ban" | "unmute" | "unban"; roomId: string; userId: string };

/** The longest timeout that there is and that is not longer than was asked for; the shortest for less. */
export const offeredSeconds = (asked: number): number =>
  timeoutSeconds.findLast((each) => each <= asked) ?? timeoutSeconds[0];

/** Acts in rooms, as an account. */
export interface RoomActor {
  /** What it can do; other tasks end as `skipped`, `no_capability`. */
  readonly types: readonly RuleAction["type"][];
  /**
   * A task is sent once: what may have got there is `unknown`, and nobody sends it again; `again` is what did not.
   *
   * @param signal gives the answer up: what was sent may have got there
   */
  perform(task: RoomTask, signal: AbortSignal): Promise<Outcome>;
}

interface EulerOptions extends EulerRest {
  /** OAuth token of the account. */
  token: string;
}

/**
 * Chat and moderation over Euler's REST (openapi of EulerStream/TikTok-Live-Api; what takes back is `unmuteRoomUser` and
 * `unbanRoomUser` of tiktok-live-api-sdk 0.4).
 */
export class Euler implements RoomActor {
  readonly types = ["announce", "moderate"] as const;
  readonly #options: EulerOptions;

  constructor(options: EulerOptions) {
    this.#options = options;
  }

  perform(task: RoomTask, signal: AbortSignal): Promise<Outcome> {
    const account = { "x-oauth-token": this.#options.token };
    return askEuler(this.#options, { ...requestOf(task), account }, signal);
  }
}

type Request = Omit<EulerRequest, "account">;

/** Where a room is spoken in, and what is said. */
export const chatRequest = ({ roomId, content }: Extract<RoomTask, { kind: "chat" }>): Request => ({
  method: "POST",
  path: `${roomPath(roomId)}/chat`,
  body: JSON.stringify({ content }),
});

const roomPath = (roomId: string) => `/webcast/rooms/${encodeURIComponent(roomId)}`;

function requestOf(task: RoomTask): Request {
  if (task.kind === "chat") return chatRequest(task);
  const user = encodeURIComponent(task.userId);
  const moderation = `${roomPath(task.roomId)}/moderation`;
  const bans = `${moderation}/bans?tiktok_user_id=${user}`;
  const mutes = `${moderation}/mutes?user_id=${user}`;
  if (task.kind === "mute") return { method: "PUT", path: `${mutes}&duration=${offeredSeconds(task.seconds)}` };
  if (task.kind === "unmute") return { method: "DELETE", path: mutes };
  return { method: task.kind === "ban" ? "PUT" : "DELETE", path: bans };
}
