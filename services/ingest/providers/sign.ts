import { deserializeMessage, LIBRARY_IDENTITY, RouteConfig } from "tiktok-live-connector";
import { ConnectError, type ConnectErrorCode } from "../connect-error.ts";

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
  if (status === 429)
    return new ConnectError("SIGN_RATE_LIMITED", undefined, { retryAfterMs: retryAfterMsOf(retryAfter) });
  const known = refusals[status];
  return known ? new ConnectError(known) : new ConnectError("SIGN_UNAVAILABLE", `the sign server answered ${status}`);
}

const refusals: Readonly<Record<number, ConnectErrorCode>> = {
  401: "SIGN_KEY_INVALID",
  402: "SIGN_PLAN_REQUIRED",
  403: "SIGN_FORBIDDEN",
  404: "SIGN_ROOM_NOT_FOUND",
};

/** Retry-After in seconds, at most an hour; 0 when it says nothing. */
const retryAfterMsOf = (text: string | undefined) => Math.min(Number.parseInt(text ?? "0", 10) * 1_000 || 0, 3_600_000);

/** Idempotent; the registry is global to the process. */
export function installSignRoute(): void {
  RouteConfig.fetchSignedWebSocketFromProvider = fetchSigned as unknown as SignRoute;
}
