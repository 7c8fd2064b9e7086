import { moderationApi } from "../api.ts";
import { signedIn } from "../signed-in.svelte.ts";

const LOOK_MS = 30_000;
const MOST = 20;

/** How much waits for a person, for the badge of the page that lists it. */
export const waiting = new (class {
  /** 20 at most. */
  count = $state(0);
  more = $state(false);

  /** Looks every now and then while who is signed in may close it; answers how to stop. */
  watch(): () => void {
    const looking = setInterval(() => document.hidden || this.refresh(), LOOK_MS);
    void this.refresh();
    return () => clearInterval(looking);
  }

  /** The badge stays as it is when nobody answers. */
  async refresh() {
    if (!mayModerate()) return;
    const page = await moderationApi.open(MOST).catch(() => undefined);
    if (!page) return;
    this.count = page.items.length;
    this.more = page.next !== null;
  }
})();

/** Not offered before it is known. */
export const mayModerate = (): boolean => signedIn.me !== null && signedIn.may("moderate");
