import type { Frame, Message } from "./frames.ts";

export interface SentMessage {
  type: string;
  msgId: string;
  isHistory: boolean;
  /** The same message had been sent before. */
  isRepeat: boolean;
  /** A client has acknowledged the frame it came in. History comes with the signer's answer and is never acked. */
  isAcked: boolean;
}

/** Frames whose ack is still awaited are remembered up to this many. */
const MAX_UNACKED = 2_000;

/** Counts what a room sent and what came back. Who exactly was sent is kept only on request: counting costs no memory. */
export class Ledger {
  /** Messages sent, repeats included; each counts once, however many clients there were. */
  total = 0;
  /** The same, per type. */
  readonly types: Record<string, number> = {};
  /** Messages among `total` that had been sent before: history and duplicated frames. */
  repeats = 0;
  /** Messages that nobody was connected to receive, or that were lost on purpose: not in `total`. */
  missed = 0;
  frames = 0;
  bytes = 0;
  /** Messages in frames that a client has acknowledged. */
  acked = 0;
  acks = 0;
  heartbeats = 0;
  /** How often a client entered the room. */
  entries = 0;
  /** In the order they were sent; empty unless the room records. */
  readonly messages: SentMessage[] = [];
  readonly #unacked = new Map<string, SentMessage[]>();
  readonly #record: boolean;

  constructor(record: boolean) {
    this.#record = record;
  }

  addFrame({ bytes, logId, messages }: Frame, isRepeat = false): void {
    this.frames++;
    this.bytes += bytes.length;
    this.#unacked.set(logId, [...(this.#unacked.get(logId) ?? []), ...this.addMessages(messages, isRepeat)]);
    if (this.#unacked.size > MAX_UNACKED) this.#unacked.delete(this.#unacked.keys().next().value as string);
  }

  addMessages(messages: readonly Message[], isRepeat = false): SentMessage[] {
    const sent = messages.map(({ method, msgId, isHistory = false }) => {
      this.types[method] = (this.types[method] ?? 0) + 1;
      return { type: method, msgId, isHistory, isRepeat, isAcked: false };
    });
    this.total += sent.length;
    if (isRepeat) this.repeats += sent.length;
    if (this.#record) this.messages.push(...sent);
    return sent;
  }

  addAck(logId: string): void {
    this.acks++;
    const messages = this.#unacked.get(logId) ?? [];
    this.#unacked.delete(logId);
    this.acked += messages.length;
    for (const message of messages) message.isAcked = true;
  }
}
