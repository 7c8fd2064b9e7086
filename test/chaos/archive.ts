import { Redis } from "ioredis";
import type { StreamName } from "../../contracts/streams.ts";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import { comparePositions } from "../../lib/position.ts";
import { fieldsOf } from "../../mixins/streams/codec.ts";
import type { EventSeen, Letter, RawSeen } from "./check.ts";
import { poisonOf } from "./entries.ts";

type Entry = [id: string, words: string[]];
const streams = ["ttlc:raw", "ttlc:events", "ttlc:dlq"] as const satisfies StreamName[];

/** Everything that was ever added to the streams, read as it comes: what is trimmed later has been seen. */
export class Archive {
  readonly raw: RawSeen[] = [];
  readonly events: EventSeen[] = [];
  readonly dlq: (Letter & { id: string })[] = [];
  /** What was told of the room, live and again. */
  readonly told: { id: string; event: UnifiedEvent }[] = [];
  /** The newest entry of each stream when it was flushed. */
  readonly flushedUpTo: Partial<Record<StreamName, string>> = {};
  readonly #last: Record<StreamName, string> = { "ttlc:raw": "0-0", "ttlc:events": "0-0", "ttlc:dlq": "0-0" };
  readonly #redis: Redis;
  readonly #roomId: string;
  #closed = false;
  #done: Promise<void> = Promise.resolve();

  constructor(url: string, { roomId }: { roomId: string }) {
    this.#redis = patientClient(url, 5_000);
    this.#roomId = roomId;
  }

  start(): void {
    this.#done = this.#tail();
  }

  /** Reads what is there and stops. */
  async finish(): Promise<void> {
    this.#closed = true;
    await this.#done;
    while ((await this.#read()) > 0);
    this.#redis.disconnect();
  }

  /** Gives up. */
  close(): void {
    this.#closed = true;
    this.#redis.disconnect();
  }

  /** FLUSHALL; what was there until then is in the archive. */
  async flush(redis: Redis): Promise<void> {
    const transaction = redis.multi();
    for (const stream of streams) transaction.xrange(stream, `(${this.#last[stream]}`, "+");
    const replies = await transaction.flushall().exec();
    for (const [i, stream] of streams.entries()) {
      this.#add(stream, (replies?.[i]?.[1] ?? []) as Entry[]);
      this.flushedUpTo[stream] = this.#last[stream];
    }
  }

  async #tail(): Promise<void> {
    while (!this.#closed) await this.#read(500).catch(() => new Promise((resolve) => setTimeout(resolve, 50)));
  }

  /** Resolves with how many entries came. */
  async #read(blockMs?: number): Promise<number> {
    const block = blockMs === undefined ? [] : ["BLOCK", blockMs];
    const from = streams.map((stream) => this.#last[stream]);
    const reply = (await this.#redis.call("XREAD", "COUNT", 2_000, ...block, "STREAMS", ...streams, ...from)) as
      | [StreamName, Entry[]][]
      | null;
    for (const [stream, entries] of reply ?? []) this.#add(stream, entries);
    return reply?.length ?? 0;
  }

  /** Entries may come twice: in the reply to a read that was under way during a flush. */
  #add(stream: StreamName, entries: readonly Entry[]): void {
    for (const [id, words] of entries) {
      if (comparePositions(id, this.#last[stream]) <= 0) continue;
      this.#last[stream] = id;
      const fields = fieldsOf(words);
      if (stream === "ttlc:raw") this.raw.push(rawSeen(id, fields));
      else if (stream === "ttlc:events") this.#addEvent(id, fields);
      else this.dlq.push({ id, ...letterSeen(fields) });
    }
  }

  /** Our own poison has its mark beside the event, what was made of a raw entry within it. */
  #addEvent(id: string, { event: text, msgId }: Record<string, string>): void {
    if (msgId !== undefined) return void this.events.push({ id, poison: poisonOf(msgId) });
    const event = JSON.parse(text ?? "{}") as UnifiedEvent;
    if (event.streamId === this.#roomId) this.told.push({ id, event });
    const isReplay = event.source === "replay";
    this.events.push({ id, eventId: event.eventId, poison: poisonOf(event.msgId), isReplay });
  }
}

/** A connection of our own: not through a faulty link, and patient while Redis is down. */
export function patientClient(url: string, commandTimeout: number): Redis {
  const redis = new Redis(url, {
    commandTimeout,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: () => 100,
  });
  redis.on("error", () => {});
  return redis;
}

const rawSeen = (id: string, fields: Record<string, string>): RawSeen => ({
  id,
  streamId: fields.streamId ?? "",
  seqNo: fields.seqNo ?? "",
  type: fields.type ?? "",
  sessionId: fields.sessionId ?? "",
  msgId: fields.msgId ?? "",
  poison: poisonOf(fields.msgId),
  isReplay: fields.source === "replay",
});

const letterSeen = (fields: Record<string, string>): Letter => ({
  stream: fields.stream ?? "",
  entryId: fields.entryId ?? "",
  reason: fields.reason ?? "",
  stage: fields.stage ?? "",
});
