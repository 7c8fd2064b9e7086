import type { Me } from "../../../contracts/keys.ts";
import { api } from "./api.ts";

/** Who is signed in. What they may not do is not offered; whether they may, the gateway decides. */
export const signedIn = new (class {
  me = $state.raw<Me | null>(null);

  /** Pages say for themselves why they show nothing. */
  async load() {
    this.me = await api.me().catch(() => this.me);
  }

  /** A row of the gateway's matrix. As long as it is not known, everything is offered. */
  may(right: string): boolean {
    return this.me === null || right in this.me.rights;
  }

  /** Whether they are here for single channels. */
  get isConfined(): boolean {
    return (this.me?.channels.length ?? 0) > 0;
  }
})();
