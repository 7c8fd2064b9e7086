import { type ApiError, apiError } from "./api.ts";
import { askToSignIn } from "./session.ts";

interface Page<Item> {
  items: Item[];
  next: string | null;
}

/** A list that comes in pages: what is here so far, and whether there is more. */
export class Paged<Item> {
  /** null: the first page has not come yet. */
  items = $state.raw<Item[] | null>(null);
  error = $state.raw<ApiError | null>(null);
  busy = $state(false);
  #next = $state.raw<string | null>(null);
  #asked = 0;
  readonly #read: (after?: string) => Promise<Page<Item>>;

  constructor(read: (after?: string) => Promise<Page<Item>>) {
    this.#read = read;
  }

  get hasMore(): boolean {
    return this.#next !== null;
  }

  /** From the first page on; what is shown stays until that has come. */
  load(): Promise<void> {
    this.#next = null;
    return this.#get(undefined, []);
  }

  async more(): Promise<void> {
    if (this.#next !== null && !this.busy) await this.#get(this.#next, this.items ?? []);
  }

  /** The page that failed, once more. */
  retry(): Promise<void> {
    return this.hasMore ? this.more() : this.load();
  }

  /**
   * Of two questions only the later one's answer counts. A page of a search may be empty though there is more: the next
   * one that is not is what was asked for.
   */
  async #get(after: string | undefined, before: Item[]) {
    const asked = ++this.#asked;
    this.busy = true;
    this.error = null;
    try {
      let page = await this.#read(after);
      while (asked === this.#asked && page.items.length === 0 && page.next !== null) page = await this.#read(page.next);
      if (asked !== this.#asked) return;
      this.items = [...before, ...page.items];
      this.#next = page.next;
    } catch (reason) {
      if (asked !== this.#asked) return;
      this.error = apiError(reason);
      askToSignIn(this.error);
    } finally {
      if (asked === this.#asked) this.busy = false;
    }
  }
}
