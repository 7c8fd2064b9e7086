import type { Config } from "../../contracts/config.ts";
import type { Provider } from "../../contracts/raw-envelope.ts";
import { verdict } from "./liveness.ts";
import { openDirect } from "./providers/direct.ts";
import { openEuler } from "./providers/euler.ts";
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
  const {
    EULER_WS_URL,
    SIGN_API_URL,
    TIKTOK_WEB_HOST,
    TIKTOK_WEBCAST_HOST,
    EULER_API_KEY,
    FALL_BACK_AFTER,
    STALL_TIMEOUT_SEC,
  } = config;
  const tiktok: Endpoints = { signUrl: SIGN_API_URL, webHost: TIKTOK_WEB_HOST, webcastHost: TIKTOK_WEBCAST_HOST };
  const openTikTok: Open = (options) =>
    openDirect({ ...options, provider: "direct", endpoints: tiktok, apiKey: EULER_API_KEY, budget });
  const openSimulated: Open = async (options) =>
    openDirect({ ...options, provider: "simulator", endpoints: await simulate(options.uniqueId) });

  const lookAt = async (uniqueId: string, endpoints: Endpoints) =>
    verdict(await new Pages(webClientFor(uniqueId, endpoints), uniqueId).sightings());
  const openEulers: Open = (options) =>
    openEuler({ ...options, url: EULER_WS_URL, apiKey: EULER_API_KEY, look: () => lookAt(options.uniqueId, tiktok) });
  const openers: Record<Provider, Open> = { direct: openTikTok, euler: openEulers, simulator: openSimulated };
  const together = config.INGEST_BOTH === "yes";
  const hasBackup = EULER_API_KEY !== undefined && (together || FALL_BACK_AFTER > 0);

  return ({ uniqueId, provider }: { uniqueId: string; provider: Provider }): RoomSources =>
    new RoomSources({
      uniqueId,
      primary: { provider, open: openers[provider] },
      ...(hasBackup && provider === "direct" ? { backup: { provider: "euler", open: openers.euler } } : {}),
      together,
      afterFailures: FALL_BACK_AFTER,
      stallMs: STALL_TIMEOUT_SEC * 1_000,
      look: async () => lookAt(uniqueId, provider === "simulator" ? await simulate(uniqueId) : tiktok),
    });
}
