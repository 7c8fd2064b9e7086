import { moderationApi } from "./api.ts";

/** What people are called whose id is all that a list tells. */
export class Names {
  #known = $state.raw<Readonly<Record<string, string>>>({});
  readonly #asked = new Set<string>();

  /** Who has no name goes by their id. */
  of(userId: string): string {
    return this.#known[userId] ?? userId;
  }

  /** Each is asked for once. */
  find(userIds: Iterable<string | null>) {
    for (const userId of userIds) if (userId !== null) void this.#ask(userId);
  }

  async #ask(userId: string) {
    if (this.#asked.has(userId)) return;
    this.#asked.add(userId);
    const person = await moderationApi.person(userId).catch(() => undefined);
    if (person?.uniqueId) this.#known = { ...this.#known, [userId]: `@${person.uniqueId}` };
  }
}
