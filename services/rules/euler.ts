import { timeoutSeconds } from "../../contracts/moderation.ts";
import type { Egress, EgressReply, EgressRequest } from "../../lib/egress/egress.ts";
import { EgressFailedError, EgressRefusedError } from "../../lib/egress/errors.ts";
import type { Ending } from "./queue.ts";

/** What is done in a room, by the account that Euler acts for. */
export type RoomTask =
  | { kind: "chat"; roomId: string; content: string }
  | { kind: "mute"; roomId: string; userId: string; seconds: number }
  | { kind: "ban" | "unmute" | "unban"; roomId: string; userId: string };

/** The longest timeout that there is and that is not longer than was asked for; the shortest for less. */
export const offeredSeconds = (asked: number): number =>
  timeoutSeconds.findLast((each) => each <= asked) ?? timeoutSeconds[0];

interface EulerOptions {
  /** Such as https://api.eulerstream.com, without a slash at the end. */
  base: string;
  apiKey: string;
  /** OAuth token of the account. */
  token: string;
  egress: Pick<Egress, "send">;
}

/**
 * Chat and moderation over Euler's REST (openapi of EulerStream/TikTok-Live-Api; what takes back is `unmuteRoomUser` and
 * `unbanRoomUser` of tiktok-live-api-sdk 0.4). A task is sent once: what may have got
 * there is `unknown`, and nobody sends it again.
 */
export class Euler {
  readonly #options: EulerOptions;

  constructor(options: EulerOptions) {
    this.#options = options;
  }

  /** @param signal gives the answer up: what was sent may have got there */
  async perform(task: RoomTask, signal: AbortSignal): Promise<Ending> {
    const { base, apiKey, token, egress } = this.#options;
    const { method, path, body } = requestOf(task);
    const headers = {
      ...{ accept: "application/json", "user-agent": "ttlc", "x-api-key": apiKey, "x-oauth-token": token },
      ...(body && { "content-type": "application/json" }),
    };
    try {
      const reply = await egress.send({ url: base + path, method, headers, ...(body && { body }), signal });
      return endingOf(reply);
    } catch (error) {
      if (error instanceof EgressRefusedError) return { state: "failed", reason: "address_refused" };
      if (!(error instanceof EgressFailedError)) throw error;
      const isUnsent = error.fault === "dns" || error.fault === "tls";
      return { state: isUnsent ? "failed" : "unknown", reason: error.fault };
    }
  }
}

type Request = Required<Pick<EgressRequest, "method">> & { path: string; body?: string };

function requestOf(task: RoomTask): Request {
  const room = `/webcast/rooms/${encodeURIComponent(task.roomId)}`;
  if (task.kind === "chat") {
    return { method: "POST", path: `${room}/chat`, body: JSON.stringify({ content: task.content }) };
  }
  const user = encodeURIComponent(task.userId);
  const bans = `${room}/moderation/bans?tiktok_user_id=${user}`;
  const mutes = `${room}/moderation/mutes?user_id=${user}`;
  if (task.kind === "mute") return { method: "PUT", path: `${mutes}&duration=${offeredSeconds(task.seconds)}` };
  if (task.kind === "unmute") return { method: "DELETE", path: mutes };
  return { method: task.kind === "ban" ? "PUT" : "DELETE", path: bans };
}

/** Its status, or the `code` that it says in an answer of 200. Of a fault of its own nobody knows how far it came. */
function endingOf({ status, body, cut }: EgressReply): Ending {
  const code = status >= 200 && status < 300 ? codeIn(body) : status;
  if (code >= 200 && code < 300) return cut ? { state: "unknown", reason: cut.fault } : { state: "done", reason: null };
  const isRefused = code >= 400 && code < 500 && code !== 408;
  return { state: isRefused ? "failed" : "unknown", reason: `http_${code}` };
}

function codeIn(body: Buffer): number {
  try {
    const { code } = JSON.parse(body.toString());
    return typeof code === "number" ? code : 200;
  } catch {
    return 200; // it was taken; the rest of the answer says nothing to us
  }
}
