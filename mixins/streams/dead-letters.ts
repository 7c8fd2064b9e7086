import type { DeadLetter, DeadLetterReason } from "../../contracts/dead-letter.ts";
import { createRedact } from "../../lib/redact.ts";
import { encode, fieldsOf, type Words } from "./codec.ts";
import { Ledgers, sessionOf } from "./ledger.ts";
import { attemptsKey, type Membership } from "./membership.ts";
import { loadScript } from "./script.ts";

const handOff = loadScript(new URL("lua/hand-off.lua", import.meta.url));

const redact = createRedact();

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

const gone: Why = { reason: "TRIMMED", error: new Error("the entry was trimmed before it was handled"), attempts: 0 };

/** Where a member of a group puts what it gives up. */
export class DeadLetters {
  readonly #member: Membership;

  constructor(member: Membership) {
    this.#member = member;
  }

  /** Takes an entry off the pending list and writes its letter, in one step. */
  async move(id: string, words: Words, why: Why): Promise<void> {
    const { commands, stream, consumer } = this.#member;
    const fields = encode("ttlc:dlq", this.#letter(id, words, why));
    const ledgers = new Ledgers();
    ledgers.add(sessionOf(fieldsOf(words)));
    const keys = [stream, "ttlc:dlq", attemptsKey(this.#member), ...ledgers.keys];
    const args = [consumer.group, "0", 1, id, fields.length, ...fields, `dead:${consumer.group}`, ...ledgers.places];
    await handOff(commands, keys, args);
    this.#report(id, why);
  }

  /** For an entry whose content is gone while it is still pending: what remains is to say so. */
  moveGone(id: string): Promise<void> {
    return this.move(id, [], gone);
  }

  /** For one that XAUTOCLAIM has taken off the pending list already. */
  async reportGone(id: string): Promise<void> {
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
