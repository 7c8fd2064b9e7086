import { type Account, RecoveredAccount } from "./account.ts";
import { toSpooled } from "./memory-queue.ts";
import type { Attempted, Notes } from "./room-log.ts";
import type { Claim, Spool } from "./spool.ts";
import type { Spooled } from "./spool-frames.ts";
import type { Marks } from "./streaks.ts";

/** Before a disk that was full is tried again. */
const FULL_MS = 5_000;

/** Opens the spool of a room; tells of every message that waits in it. */
export type OpenSpool = (onMessage: (message: Spooled) => void) => Promise<Spool>;

/** A message as it goes to ttlc:raw, wherever it waited. */
export type Outgoing = Attempted & { notes?: Notes | undefined; marks?: Marks | undefined };

/** What of one room waits on the disk, because Redis could not take it, and whose it is. */
export class Overflow {
  readonly #openSpool: OpenSpool | undefined;
  #spool: Spool | undefined;
  #isUsed = false;
  #fullAt: number | undefined;
  /** Of the sessions whose messages are in it. */
  readonly #accounts = new Map<string, Account>();

  /** Without `openSpool` there is no disk: messages wait in memory. */
  constructor(openSpool?: OpenSpool) {
    this.#openSpool = openSpool;
  }

  /** Messages wait in it: what comes now has to queue behind them. */
  get isUsed(): boolean {
    return this.#isUsed;
  }

  /** What waits; null when nothing does. */
  get size(): { messages: number; bytes: number } | null {
    return (this.#isUsed && this.#spool) || null;
  }

  get isThere(): boolean {
    return this.#openSpool !== undefined;
  }

  /** The disk did not take what it was last given. */
  get isFull(): boolean {
    return this.#fullAt !== undefined;
  }

  /** The disk may take more, as far as that is known. */
  get isWilling(): boolean {
    return this.isThere && (this.#fullAt === undefined || performance.now() - this.#fullAt > FULL_MS);
  }

  /** Opens what an earlier process left. */
  async recover(): Promise<void> {
    await this.#open();
    this.#isUsed = true;
  }

  /** Resolves once they are on the disk. */
  async append(messages: readonly Outgoing[], claim?: Claim): Promise<void> {
    const spool = await this.#open();
    await spool.append(messages.map(toSpooled), claim);
    for (const { account } of messages) if (account) this.#accounts.set(account.sessionId, account);
    this.#isUsed = true;
  }

  /** The same, but only if it was opened before. False when they are not on the disk. */
  async tryAppend(messages: readonly Outgoing[], claim: Claim): Promise<boolean> {
    if (!this.#spool) return false;
    return this.append(messages, claim).then(
      () => true,
      () => false,
    );
  }

  /** The first ones, at most so many. */
  async peek(count: number): Promise<Outgoing[]> {
    const messages = (await this.#spool?.peek(count)) ?? [];
    return messages.map((message) => ({ ...message, account: this.#accounts.get(message.entry.sessionId) }));
  }

  /** The first ones are published. */
  async remove(count: number): Promise<void> {
    if (count > 0) await this.#spool?.remove(count);
    this.#isUsed = this.#spool !== undefined && this.#spool.messages > 0;
    if (this.#isUsed) return;
    this.#accounts.clear();
    this.#fullAt = undefined;
  }

  /** True when that is news. */
  becameFull(): boolean {
    const isNew = !this.isFull;
    this.#fullAt = performance.now();
    return isNew;
  }

  becameWilling(): void {
    this.#fullAt = undefined;
  }

  async close(): Promise<void> {
    await this.#spool?.close();
  }

  async #open(): Promise<Spool> {
    this.#spool ??= await this.#openSpool?.(({ entry, told, isOpen }) => {
      if (!told) return;
      const { sessionId } = entry;
      const account = this.#accounts.get(sessionId) ?? new RecoveredAccount(sessionId, isOpen ?? false);
      if (account instanceof RecoveredAccount) account.add(told);
      this.#accounts.set(sessionId, account);
    });
    return this.#spool as Spool;
  }
}
