import { moderationApi } from "../api.ts";
import { signedIn } from "../signed-in.svelte.ts";

const LOOK_MS = 30_000;
const MOST = 20;

/** How much waits for a person, for the badge of the page that lists it. */
export const waiting = new (class {
  /** `3`, or `20+`; empty: nothing, or not known. */
  count = $state("");

  /** Looks every now and then while who is signed in may close it; answers how to stop. */
  watch(): () => void {
    const looking = setInterval(() => document.hidden || this.refresh(), LOOK_MS);
    void this.refresh();
    return () => {
      clearInterval(looking);
      this.count = "";
    };
  }

  /** The badge stays as it is when nobody answers. */
  async refresh() {
    if (!mayModerate()) return;
    const page = await moderationApi.open(MOST).catch(() => undefined);
    if (!page) return;
    this.count = page.items.length === 0 ? "" : `${page.items.length}${page.next === null ? "" : "+"}`;
  }
})();

/** Not offered before it is known. */
export const mayModerate = (): boolean => signedIn.me !== null && signedIn.may("moderate");
