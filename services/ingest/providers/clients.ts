import { createEulerClient, SignConfig, type TikTokLiveConnectionOptions } from "tiktok-live-connector";
import type { Endpoints } from "../source.ts";
import { rewrite } from "./hosts.ts";

const SIGN_TIMEOUT_MS = 15_000;

/** Options of the connector's HTTP client. Their type asks for a cookie jar, which the library then replaces by its own. */
export function httpOptions(endpoints: Endpoints): TikTokLiveConnectionOptions["webClientOptions"] {
  type Options = NonNullable<TikTokLiveConnectionOptions["webClientOptions"]>;
  const options: Omit<Options, "cookieJar"> = {
    retry: { limit: 0 },
    hooks: {
      beforeRequest: [
        (request) => {
          request.url = rewrite(request.url as URL, endpoints);
        },
      ],
    },
  };
  return options as Options;
}

/** One signer client a connection: the library's cached one would keep the first key and address for ever. */
export function eulerClient(basePath: string, apiKey: string | undefined) {
  Object.assign(SignConfig, { basePath, apiKey, cachedInstance: undefined });
  SignConfig.baseOptions = { ...SignConfig.baseOptions, timeout: SIGN_TIMEOUT_MS };
  return createEulerClient();
}
