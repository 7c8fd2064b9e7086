import type { DeadLetter, DeadLetterReason } from "../../contracts/dead-letter.ts";
import { createRedact } from "../../lib/redact.ts";
import { encode, encodeRow, fieldsOf, type Words } from "./codec.ts";
import { Ledgers, sessionOf } from "./ledger.ts";
import { attemptsKey, floorKey, type Membership } from "./membership.ts";
import { packRows } from "./pack.ts";
import { loadScript, type Script } from "./script.ts";

const handOff = loadScript(new URL("lua/hand-off.lua", import.meta.url));
const handOffAnyway = loadScript(new URL("lua/hand-off.lua", import.meta.url), "allow-oom");

const redact = createRedact();

/** Letters that wait for memory before their member pauses instead: as a rule a few megabytes of entries. */
const MOST_OWED = 1_000;
/** Between attempts at them, and between those that are written without memory for them. */
const OWED_MS = 500;

/** Where an entry was given up. */
interface Where {
  stage: string;
  stream: string;
  group: string;
  entryId: string;
}

interface Why {
  reason: DeadLetterReason;
  error: unknown;
  attempts: number;
}

/** A letter that Redis had no memory for. */
interface Owed {
  isGone: boolean;
  /** @param script instead of the one that Redis refuses above maxmemory */
  write(script?: Script): Promise<void>;
}

const gone: Why = { reason: "TRIMMED", error: new Error("the entry was trimmed before it was handled"), attempts: 0 };

/**
 * Where a member of a group puts what it gives up. A letter that Redis has no memory for is owed, so that the member goes
 * on: what it acknowledges meanwhile is what frees memory. Until it is written the entry stays pending under its name.
 */
export class DeadLetters {
  readonly #member: Membership;
  /** By entry id. */
  readonly #owed = new Map<string, Owed>();
  #dueAt = Number.POSITIVE_INFINITY;

  constructor(member: Membership) {
    this.#member = member;
  }

  /** Takes an entry off the pending list and writes its letter, in one step. */
  move(id: string, words: Words, why: Why): Promise<void> {
    return this.#writeOrOwe(id, { isGone: false, write: (script) => this.#handOff(id, words, why, script) });
  }

  /** For an entry whose content is gone while it is still pending: what remains is to say so. */
  async moveGone(id: string): Promise<void> {
    const { commands, stream, consumer } = this.#member;
    if (consumer.isStored) return void (await commands.xack(stream, consumer.group, id));
    return this.#writeOrOwe(id, { isGone: true, write: (script) => this.#handOff(id, [], gone, script) });
  }

  /** For one that XAUTOCLAIM has taken off the pending list already. */
  async reportGone(id: string): Promise<void> {
    if (this.#member.consumer.isStored) return;
    return this.#writeOrOwe(id, { isGone: true, write: () => this.#append(id) });
  }

  /** Whether the entry was given up, and only its letter is missing. */
  owes(id: string): boolean {
    return this.#owed.has(id);
  }

  /** Owed entries to renew the claim of. Not those that are gone: XCLAIM would take them off the pending list unreported. */
  get owedIds(): string[] {
    return [...this.#owed].flatMap(([id, { isGone }]) => (isGone ? [] : [id]));
  }

  /** When there is something to do for `writeOwed`. */
  get dueAt(): number {
    return this.#dueAt;
  }

  /** Writes what is owed, once it is due; of what Redis refuses again, at most one letter. */
  async writeOwed(): Promise<void> {
    if (Date.now() < this.#dueAt) return;
    for (const [id, owed] of this.#owed) {
      await this.#writeOrOwe(id, owed);
      if (this.#owed.has(id)) return this.#writeOldest();
    }
    this.#dueAt = Number.POSITIVE_INFINITY;
  }

  /**
   * The janitor keeps everything from the oldest pending entry on, so were that one of ours, nothing would ever be freed:
   * its letter is written although there is no memory. Of the others none is, or a stream full of poison would fill Redis
   * to the last.
   */
  async #writeOldest(): Promise<void> {
    const { commands, stream, consumer } = this.#member;
    const [[id] = []] = (await commands.xpending(stream, consumer.group, "-", "+", 1)) as [id?: string][];
    const owed = this.#owed.get(id ?? "");
    if (id === undefined || !owed) return;
    await owed.write(handOffAnyway);
    this.#owed.delete(id);
  }

  async #writeOrOwe(id: string, owed: Owed): Promise<void> {
    try {
      await owed.write();
      this.#owed.delete(id);
    } catch (error) {
      const hasRoom = this.#owed.size < MOST_OWED || this.#owed.has(id);
      if (!isOutOfMemory(error) || !hasRoom) throw error;
      if (this.#owed.size === 0) {
        const { stream, consumer, logger } = this.#member;
        logger.warn({ stream, group: consumer.group, err: error }, "Redis has no memory for dead letters, they wait");
      }
      this.#owed.set(id, owed);
      this.#dueAt = Date.now() + OWED_MS;
    }
  }

  async #handOff(id: string, words: Words, why: Why, script = handOff): Promise<void> {
    const { commands, stream, consumer } = this.#member;
    const ledgers = new Ledgers();
    const place = ledgers.placeOf(sessionOf(fieldsOf(words)));
    const keys = [stream, "ttlc:dlq", attemptsKey(this.#member), floorKey("ttlc:dlq"), ...ledgers.keys];
    const row = encodeRow([id, place], "ttlc:dlq", this.#letter(id, words, why));
    const args = [consumer.group, "0", `dead:${consumer.group}`, packRows([row])];
    await script(commands, keys, args);
    this.#report(id, why);
  }

  async #append(id: string): Promise<void> {
    await this.#member.commands.xadd("ttlc:dlq", "*", ...encode("ttlc:dlq", this.#letter(id, [], gone)));
    this.#report(id, gone);
  }

  #letter(entryId: string, words: Words, why: Why): DeadLetter {
    const { stream, consumer, service } = this.#member;
    return deadLetter({ stage: service.name, stream, group: consumer.group, entryId }, words, why, new Date());
  }

  #report(entryId: string, { reason, error, attempts }: Why): void {
    const { stream, consumer, logger, stats } = this.#member;
    stats.deadLettered(reason);
    logger.error({ stream, group: consumer.group, entryId, reason, attempts, err: error }, "entry moved to ttlc:dlq");
  }
}

const isOutOfMemory = (error: unknown): boolean => error instanceof Error && /^OOM\b/.test(error.message);

/** The letter that says what failed, where and why, with everything a redrive needs. */
function deadLetter(where: Where, words: Words, { reason, error, attempts }: Why, failedAt: Date): DeadLetter {
  const message = error instanceof Error ? error.message : String(error);
  return {
    ...where,
    reason,
    error: redact.text(message).slice(0, 2_000),
    payload: JSON.stringify(fieldsOf(words)),
    failedAt: failedAt.toISOString(),
    attempts,
  };
}
