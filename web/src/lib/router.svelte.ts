import { BASE, match } from "./routes.ts";

/**
 * History-mode routing in one screen. sv-router 0.16 knows a base path, but its click handler takes every click on a
 * same-origin link: Ctrl-click would not open a tab, and links out of /app/ would end in "not found".
 */
class Router {
  #url = $state.raw(new URL(location.href));
  route = $derived(match(this.#url.pathname));
  search = $derived(this.#url.searchParams);
  /** Path, query and fragment below the origin, to come back to. */
  here = $derived(this.#url.pathname + this.#url.search);

  #mayLeave = () => true;

  constructor() {
    addEventListener("popstate", () => this.#back());
    addEventListener("click", (event) => this.#follow(event));
  }

  /** `mayLeave` is asked before another page takes the place of this one, until the answer is called. */
  guard(mayLeave: () => boolean): () => void {
    this.#mayLeave = mayLeave;
    return () => {
      if (this.#mayLeave === mayLeave) this.#mayLeave = () => true;
    };
  }

  go(path: string, { replace = false } = {}) {
    if (!this.#isFree(new URL(path, location.href))) return;
    history[replace ? "replaceState" : "pushState"](null, "", path);
    this.#read();
  }

  /** Changes the query in place: filters are part of the address, but not of the history. */
  setSearch(changes: Record<string, string | undefined>) {
    const url = new URL(this.#url);
    for (const [name, value] of Object.entries(changes)) {
      if (value) url.searchParams.set(name, value);
      else url.searchParams.delete(name);
    }
    // Commas are legal in a query, and types=chat,gift is easier to read and to share.
    const search = url.search.replaceAll("%2C", ",");
    if (search !== this.#url.search) this.go(url.pathname + search, { replace: true });
  }

  #isFree({ pathname }: URL): boolean {
    return pathname === this.#url.pathname || this.#mayLeave();
  }

  /** The browser went back or forth already. */
  #back() {
    if (this.#isFree(new URL(location.href))) this.#read();
    else history.pushState(null, "", this.#url);
  }

  #read() {
    this.#url = new URL(location.href);
  }

  /** A plain click on a link into the dashboard stays in the page; every other click is the browser's. */
  #follow(event: MouseEvent) {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link || event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
    if (link.hash || !`${link.pathname}/`.startsWith(`${BASE}/`)) return;
    event.preventDefault();
    this.go(link.href);
  }
}

export const router = new Router();
