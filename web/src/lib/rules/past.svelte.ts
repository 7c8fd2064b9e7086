import type { SessionItem } from "../../../../contracts/api.ts";
import type { ChannelItem } from "../../../../contracts/channels.ts";
import { api, apiError } from "../api.ts";
import { askToSignIn } from "../session.ts";

/** What rules can be tried on: the channels of who is signed in, and what was live in them. */
export class Past {
  /** null: not known yet. */
  channels = $state.raw<ChannelItem[] | null>(null);
  #sessions = $state.raw<SessionItem[]>([]);

  /** Without an answer there is nothing to try a rule on, and the rule can be written all the same. */
  async load() {
    try {
      const [channels, sessions] = await Promise.all([api.channels(), api.sessions()]);
      this.#sessions = sessions.items;
      this.channels = channels.items;
    } catch (reason) {
      this.channels = [];
      askToSignIn(apiError(reason));
    }
  }

  /** Live periods of a channel, the newest first, as far as they are among the newest of all. */
  sessionsOf(channelId: string): SessionItem[] {
    const channel = this.channels?.find((one) => one.channelId === channelId);
    return this.#sessions.filter(({ source, uniqueId }) => source === "live" && uniqueId === channel?.uniqueId);
  }
}
