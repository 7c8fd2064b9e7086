import type { ReplaySpeed } from "../contracts/replay.ts";
import { StartError } from "./errors.ts";

/** What to replay, as `npm start` is told. */
export interface WantedReplay {
  sessionId?: string | undefined;
  streamId?: string | undefined;
  speed: ReplaySpeed;
}

export const replayOptions = {
  "replay-session": { type: "string" },
  "replay-stream": { type: "string" },
  speed: { type: "string" },
} as const;

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * @param values of `replayOptions`, as parseArgs has them
 * @returns undefined: nothing is to be replayed
 * @throws StartError when they cannot be meant so
 */
export function wantedReplay(
  values: { [Name in keyof typeof replayOptions]?: string | undefined },
): WantedReplay | undefined {
  const { "replay-session": sessionId, "replay-stream": streamId, speed } = values;
  if (sessionId === undefined && streamId === undefined) {
    if (speed === undefined) return undefined;
    throw new StartError("--speed belongs to --replay-session or --replay-stream.");
  }
  if (sessionId !== undefined && streamId !== undefined)
    throw new StartError("Replay a session or a stream, not both.");
  if (sessionId !== undefined && !UUID.test(sessionId)) {
    throw new StartError("--replay-session must be the id of a session, a UUID: GET /sessions lists them.");
  }
  return { sessionId, streamId, speed: speedOf(speed) };
}

function speedOf(speed = "max"): ReplaySpeed {
  if (speed === "max") return speed;
  const times = Number(speed);
  if (times >= 1 && times <= 20) return times;
  throw new StartError("--speed must be from 1 to 20, or max.");
}
