import { chatRequest, type RoomActor, type RoomTask } from "./euler.ts";
import { askEuler, type EulerRest } from "./euler-rest.ts";
import type { Outcome } from "./queue.ts";

interface SessionOptions extends EulerRest {
  /** TikTok's cookie `sessionid` of the account. */
  sessionId: string;
  /** Its cookie `tt-target-idc`: the data centre that knows the session. */
  targetIdc: string;
}

/** All that TikTok keeps a session in. */
const SESSION_COOKIES = ["sessionid", "sessionid_ss", "sid_tt", "sid_guard"];

/**
 * Chat as the connector sends it: `sendMessage` of tiktok-live-connector 2.4.0 (`sendRoomChatFromEulerRoute`) is a POST of
 * `/webcast/rooms/:id/chat` to Euler with the cookies of a session in `x-cookie-header`; no connection to the room is needed.
 * Nothing else goes out with them: what the connector reads rooms with never has a session.
 */
export class SessionChat implements RoomActor {
  readonly types = ["announce"] as const;
  readonly #rest: EulerRest;
  readonly #cookies: string;

  constructor({ sessionId, targetIdc, ...rest }: SessionOptions) {
    this.#rest = rest;
    const cookies = [...SESSION_COOKIES.map((name) => [name, sessionId]), ["tt-target-idc", targetIdc]];
    this.#cookies = cookies.map(([name, value = ""]) => `${name}=${encodeURIComponent(value)}`).join("; ");
  }

  async perform(task: RoomTask, signal: AbortSignal): Promise<Outcome> {
    if (task.kind !== "chat") return { state: "skipped", reason: "no_capability" };
    return askEuler(this.#rest, { ...chatRequest(task), account: { "x-cookie-header": this.#cookies } }, signal);
  }
}
