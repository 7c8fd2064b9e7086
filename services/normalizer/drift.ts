import type { DriftKind, DriftReport } from "../../contracts/api.ts";
import type { RawEnvelope } from "../../contracts/raw-envelope.ts";
import type { EventEntry } from "../../contracts/unified-event.ts";
import { PoisonMessageError } from "../../lib/errors.ts";
import { clean } from "./fields.ts";
import { isKnown, type Known, schemaOf } from "./protobuf.ts";
import { unknownFields, unknownKeys } from "./unknown-fields.ts";

/** Kinds of drift that are told apart; of more it is only counted that there are. */
const MAX_KINDS = 500;
/** The fields of so many messages of a type are looked at, and then of every 64th: it takes 20 µs, 0.3 µs a message. */
const LOOKED_AT_FIRST = 50;
const ONE_IN = 64;
/** Longest name of a type that is shown. */
const MAX_NAME = 80;

/**
 * Notices that TikTok changed something: message types that we have no schema of, fields that the schema of a type does
 * not name, messages that cannot be read. Counted, bounded, and forgotten with the process; each with one sample that
 * says where to find it and what it looks like, never what is in it.
 */
export class Drift {
  readonly #since: string;
  readonly #kinds = new Map<string, DriftKind>();
  /** Messages of each known type, to know which of them to look at. */
  readonly #seen = new Map<string, { count: number }>();
  #checked = 0;
  #omitted = 0;
  /** Schemas of Euler's layout, once a message of it came. */
  #euler: ReadonlyMap<string, Known> | undefined;

  constructor(since: Date) {
    this.#since = since.toISOString();
  }

  /** What `normalize` makes of a message, or throws, with a look at both. What is replayed is no news. */
  watch(raw: RawEnvelope, normalize: (raw: RawEnvelope) => EventEntry): EventEntry {
    if (raw.source === "replay") return normalize(raw);
    let entry: EventEntry;
    try {
      entry = normalize(raw);
    } catch (error) {
      if (error instanceof PoisonMessageError) this.#failed(raw, error);
      throw error;
    }
    const { eventType, subType } = entry.event;
    if (eventType === "RAW" && subType === undefined) this.#count(raw, "unknown_type", "", shapeOf(entry));
    else if (this.#isDue(raw.type)) this.#look(raw, entry);
    return entry;
  }

  report(): DriftReport {
    const kinds = [...this.#kinds.values()].map((kind) => ({ ...kind }));
    return { since: this.#since, checked: this.#checked, omitted: this.#omitted, kinds };
  }

  /** Loads what is needed to know Euler's keys. It is not there in time for the first message. */
  async learnEuler(): Promise<void> {
    this.#euler ??= (await import("./euler-schemas.ts")).eulerSchemas;
  }

  #isDue(type: string): boolean {
    let seen = this.#seen.get(type);
    if (seen === undefined) {
      if (!isKnown(type)) return false;
      seen = { count: 0 };
      this.#seen.set(type, seen);
    }
    seen.count++;
    return seen.count <= LOOKED_AT_FIRST || seen.count % ONE_IN === 0;
  }

  #look(raw: RawEnvelope, { raw: data = "", encoding }: EventEntry): void {
    if (encoding === "base64") {
      this.#checked++;
      for (const { path, shape } of unknownFields(schemaOf(raw.type), Buffer.from(data, "base64"))) {
        this.#count(raw, "unknown_field", path, shape);
      }
      return;
    }
    if (encoding !== "json") return;
    const schema = this.#euler?.get(raw.type);
    if (this.#euler === undefined) void this.learnEuler();
    if (schema === undefined) return;
    this.#checked++;
    for (const { path, shape } of unknownKeys(schema, JSON.parse(data))) this.#count(raw, "unknown_field", path, shape);
  }

  #failed(raw: RawEnvelope, { reason, message }: PoisonMessageError): void {
    this.#count(raw, "decode_failure", `${reason}: ${message}`.slice(0, 200), `${String(raw.data).length} characters`);
  }

  #count(raw: RawEnvelope, kind: DriftKind["kind"], what: string, shape: string): void {
    const type = clean(raw.type).slice(0, MAX_NAME);
    const key = `${kind} ${type} ${what}`;
    const known = this.#kinds.get(key);
    if (known) {
      known.count++;
      known.lastAt = raw.ingestedAt;
      return;
    }
    if (this.#kinds.size >= MAX_KINDS) {
      this.#omitted++;
      return;
    }
    const { streamId, sessionId, seqNo, provider = "direct", ingestedAt } = raw;
    const sample = { streamId, sessionId, seqNo, provider, shape };
    this.#kinds.set(key, { kind, type, what, count: 1, firstAt: ingestedAt, lastAt: ingestedAt, sample });
  }
}

/** Of a message without schema. */
function shapeOf({ raw = "", encoding }: EventEntry): string {
  return encoding === "base64" ? `${Buffer.byteLength(raw, "base64")} bytes` : `JSON of ${raw.length} characters`;
}
