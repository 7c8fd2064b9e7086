import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { ControlAction, WebcastControlMessage } from "tiktok-live-proto/v3";
import type { WebSocket } from "ws";
import type { Message } from "./frames.ts";
import { readMsgId, withMsgId } from "./protobuf.ts";
import type { SimulatedRoom } from "./room.ts";

/** One line of a recording: a message as it once came out of a socket. */
export interface RecordedRow {
  type: string;
  /** base64 of the message's protobuf bytes. */
  payload: string;
}

export interface ReplayOptions {
  /** Rows per second, at most. (Default: 500) */
  rate?: number;
  /** (Default: 5) */
  rowsPerFrame?: number;
  /** How often to go through the rows, later rounds under new message ids. (Default: 1) */
  rounds?: number;
}

export interface ReplayResult {
  /** All of them acknowledged by a client. */
  rows: number;
  frames: number;
  /** Frames sent again because the client was gone before it had acknowledged them. */
  resentFrames: number;
}

/** How long a client may take to hang up on a control message that ends the LIVE, before the replay goes on. */
const HANG_UP_MS = 1_000;

/** @throws SyntaxError naming the line that is no row of a recording; its content is not repeated */
export function parseRecording(text: string): RecordedRow[] {
  return text.split("\n").flatMap((line, i) => {
    if (line.trim() === "") return [];
    const row = parseLine(line);
    if (!row) throw new SyntaxError(`line ${i + 1} is no JSON object with a "type" and a base64 "payload"`);
    return [row];
  });
}

function parseLine(line: string): RecordedRow | undefined {
  try {
    const row = JSON.parse(line);
    return typeof row?.type === "string" && typeof row.payload === "string" ? row : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Plays recorded rows into a room: bytes unchanged, under the message id they carry, as fast as the client follows.
 * Waits while nobody is connected. Goes on after a disconnect with the first row not acknowledged: a row written to a
 * socket may never have been read, so only the ack counts, and one frame at a time is under way.
 *
 * @throws AbortError when the room is stopped first
 */
export async function replay(
  room: SimulatedRoom,
  rows: readonly RecordedRow[],
  { rate = 500, rowsPerFrame = 5, rounds = 1 }: ReplayOptions = {},
): Promise<ReplayResult> {
  const result: ReplayResult = { rows: 0, frames: 0, resentFrames: 0 };
  const startedAt = performance.now();
  for (let round = 0; round < rounds; round++) {
    for (const batch of inFrames(rows, rowsPerFrame)) {
      const messages = batch.map((row) => toMessage(row, round > 0 ? room.newId() : undefined));
      while (!(await deliver(room, messages))) result.resentFrames++;
      if (batch.some(endsStream)) await hangUp(room);
      result.frames++;
      result.rows += batch.length;
      const early = startedAt + (result.rows / rate) * 1000 - performance.now();
      if (early > 0) await sleep(early, undefined, { signal: room.stopped });
    }
  }
  return result;
}

/** `rowsPerFrame` rows each, but nothing behind a row at which the client may hang up. */
export function* inFrames(rows: readonly RecordedRow[], rowsPerFrame: number): Generator<RecordedRow[]> {
  let batch: RecordedRow[] = [];
  for (const row of rows) {
    batch.push(row);
    if (batch.length < rowsPerFrame && !endsStream(row)) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** @param newMsgId replaces the id in the payload, where one of that length was */
export function toMessage({ type, payload }: RecordedRow, newMsgId?: string): Message {
  const bytes = Buffer.from(payload, "base64");
  const renumbered = newMsgId && withMsgId(bytes, type, newMsgId);
  if (renumbered) return { method: type, payload: renumbered, msgId: newMsgId };
  return { method: type, payload: bytes, msgId: readMsgId(bytes, type) ?? "0" };
}

/** Control actions 3 and 4 make the connector disconnect itself. */
function endsStream({ type, payload }: RecordedRow): boolean {
  if (type !== "WebcastControlMessage") return false;
  try {
    const { action } = WebcastControlMessage.decode(Buffer.from(payload, "base64"));
    return (
      action === ControlAction.CONTROL_ACTION_STREAM_ENDED || action === ControlAction.CONTROL_ACTION_STREAM_SUSPENDED
    );
  } catch {
    return false;
  }
}

/** @returns whether a client has acknowledged the messages; false: all who got them went away without */
async function deliver(room: SimulatedRoom, messages: readonly Message[]): Promise<boolean> {
  const { wire, stopped } = room;
  while (!wire.hasAudience) await once(wire, "entered", { signal: stopped });
  const { logId, sockets } = room.send(messages);
  return new Promise((resolve, reject) => {
    const onAck = (acked: string) => acked === logId && settle(() => resolve(true));
    const onClosed = () => sockets.every(isClosed) && settle(() => resolve(false));
    const onStopped = () => settle(() => reject(stopped.reason));
    const settle = (how: () => void) => {
      wire.off("ack", onAck).off("closed", onClosed);
      stopped.removeEventListener("abort", onStopped);
      how();
    };
    wire.on("ack", onAck).on("closed", onClosed);
    stopped.addEventListener("abort", onStopped);
  });
}

const isClosed = (socket: WebSocket) => socket.readyState === socket.CLOSED;

/** A client that heard the LIVE has ended hangs up, or stays: then nothing keeps the rest from it. */
async function hangUp({ wire, stopped }: SimulatedRoom): Promise<void> {
  if (!wire.hasAudience) return;
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(HANG_UP_MS)]);
  await once(wire, "closed", { signal }).catch(() => stopped.throwIfAborted());
}
