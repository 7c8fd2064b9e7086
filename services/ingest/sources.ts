import type { Config } from "../../contracts/config.ts";
import type { Provider } from "../../contracts/raw-envelope.ts";
import { verdict } from "./liveness.ts";
import { openDirect } from "./providers/direct.ts";
import { Pages, webClientFor } from "./providers/pages.ts";
import { type Open, RoomSources } from "./room-sources.ts";
import type { SignBudget } from "./sign-budget.ts";
import type { Endpoints } from "./source.ts";

export interface SourcesOptions {
  config: Config;
  /** In front of all sign calls of the process. */
  budget: SignBudget;
  /** Opens a simulated room and says where it is. */
  simulate(uniqueId: string): Promise<Endpoints>;
}

/** Makes the sources of rooms, as the configuration says. */
export function sourcesFrom({ config, budget, simulate }: SourcesOptions) {
  const { SIGN_API_URL, TIKTOK_WEB_HOST, TIKTOK_WEBCAST_HOST, EULER_API_KEY, STALL_TIMEOUT_SEC } = config;
  const tiktok: Endpoints = { signUrl: SIGN_API_URL, webHost: TIKTOK_WEB_HOST, webcastHost: TIKTOK_WEBCAST_HOST };
  const openTikTok: Open = (options) =>
    openDirect({ ...options, provider: "direct", endpoints: tiktok, apiKey: EULER_API_KEY, budget });
  const openSimulated: Open = async (options) =>
    openDirect({ ...options, provider: "simulator", endpoints: await simulate(options.uniqueId) });

  return ({ uniqueId, provider }: { uniqueId: string; provider: Provider }): RoomSources => {
    const isSimulated = provider === "simulator";
    return new RoomSources({
      uniqueId,
      provider,
      open: isSimulated ? openSimulated : openTikTok,
      stallMs: STALL_TIMEOUT_SEC * 1_000,
      look: async () => {
        const endpoints = isSimulated ? await simulate(uniqueId) : tiktok;
        return verdict(await new Pages(webClientFor(uniqueId, endpoints), uniqueId).sightings());
      },
    });
  };
}
