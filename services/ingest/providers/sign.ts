import { deserializeMessage, LIBRARY_IDENTITY, RouteConfig } from "tiktok-live-connector";
import { ConnectError } from "../source.ts";

type SignRoute = typeof RouteConfig.fetchSignedWebSocketFromProvider;
type Parameters = Parameters_<SignRoute>;
type Parameters_<F> = F extends (params: infer P) => unknown ? P : never;

/**
 * The connector's sign route turns 402 and 429 into TypeErrors (2.4.0; fixed upstream in AGPL versions). `RouteConfig`
 * is its public registry: ours asks the same endpoint and says what the signer said. It never sends cookies.
 */
async function fetchSigned({ apiClient, webClient, roomId, cursor }: Parameters) {
  const userAgent = webClient.clientHeaders["User-Agent"];
  const response = await apiClient.rooms
    .fetchWebcastURL(
      ...([roomId, LIBRARY_IDENTITY, undefined, cursor, userAgent, true, undefined, "web"] as const),
      ...([undefined, undefined, undefined, undefined, { responseType: "arraybuffer" }] as const),
    )
    .catch((cause: unknown) => {
      throw new ConnectError("SIGN_UNAVAILABLE", "the sign server cannot be reached", { cause });
    });
  if (response.status !== 200) throw refusal(response.status, response.headers["retry-after"]);
  const cookies = response.headers["x-set-tt-cookie"];
  if (!cookies) throw new ConnectError("SIGN_UNAVAILABLE", "the sign server answered without TikTok's cookies");
  return {
    fetchResult: deserializeMessage("ProtoMessageFetchResult", Buffer.from(response.data as unknown as ArrayBuffer)),
    fetchResultCookieHeader: cookies,
    fetchResultRoomId: response.headers["x-room-id"],
  };
}

/** What a status of the sign server means for the room. */
export function refusal(status: number, retryAfter: string | undefined): ConnectError {
  if (status === 429) {
    const retryAfterMs = Math.min(Number.parseInt(retryAfter ?? "0", 10) * 1_000 || 0, 3_600_000);
    return new ConnectError("SIGN_RATE_LIMITED", "the sign server's rate limit is reached", { retryAfterMs });
  }
  if ([401, 402, 403].includes(status)) {
    return new ConnectError("SIGN_REFUSED", `the sign server refused with ${status}: check EULER_API_KEY and its plan`);
  }
  return new ConnectError("SIGN_UNAVAILABLE", `the sign server answered ${status}`);
}

/** Idempotent; the registry is global to the process. */
export function installSignRoute(): void {
  RouteConfig.fetchSignedWebSocketFromProvider = fetchSigned as unknown as SignRoute;
}
