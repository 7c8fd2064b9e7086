import { TikTokLiveConnection } from "tiktok-live-connector";
import { httpBaseOf } from "../../../lib/http-base.ts";
import { isRoomId, type Sighting, sightOf, verdict } from "../liveness.ts";
import type { Endpoints } from "../source.ts";
import { eulerClient, httpOptions } from "./clients.ts";

/** What `room/info` says of a room, as far as ttlc reads it. */
export interface RoomInfo {
  status?: unknown;
  title?: unknown;
  owner?: { id_str?: unknown; id?: unknown; display_id?: unknown; nickname?: unknown };
}

/** What TikTok's api answers for a name that nobody has. */
const NO_SUCH_USER = 19_881_007;
/** Room info of a LIVE that is over. */
const ROOM_FINISHED = 30_003;
/** Room info that is kept back: the LIVE is private, for adults, or TikTok distrusts who asks. */
const RESTRICTED = new Set([4_003_110, 10_011]);

const SIGI_STATE = /<script id="SIGI_STATE" type="application\/json">(.*?)<\/script>/;
/** Where TikTok sends browsers from countries that it shows no LIVE. */
const TO_LOGIN = /\/(?:login|signup|notfound|hk\/)/i;

/** The part of the connector's HTTP client that asks TikTok: it has the headers and parameters of a browser. */
export type WebClient = TikTokLiveConnection["webClient"];

/** An HTTP client for somebody who does not connect by the connector. */
export const webClientFor = (uniqueId: string, endpoints: Endpoints): WebClient =>
  new TikTokLiveConnection(uniqueId, {
    eulerApiInstance: eulerClient(httpBaseOf(endpoints.signUrl), undefined),
    webClientOptions: httpOptions(endpoints),
  }).webClient;

/** TikTok's own pages about one streamer. None of them goes through the signer; none of these throws. */
export class Pages {
  readonly #web: WebClient;
  readonly #uniqueId: string;

  constructor(web: WebClient, uniqueId: string) {
    this.#web = web;
    this.#uniqueId = uniqueId;
  }

  /** As many of them as it takes to know, one after the other. */
  async sightings(): Promise<Sighting[]> {
    const api = await this.api();
    if (verdict([api]) === "live") return [api];
    return [api, await this.page()];
  }

  api(): Promise<Sighting> {
    return this.#ask("api", async () => {
      const params = { ...this.#web.clientParams, uniqueId: this.#uniqueId, sourceType: "54" };
      const answer = await this.#web.getJsonObjectFromTikTokApi("api-live/user/room/", params);
      if (answer?.statusCode === NO_SUCH_USER) return { sight: "absent" };
      const { user, liveRoom } = answer?.data ?? {};
      return { sight: sightOf(liveRoom?.status ?? user?.status), ...roomNamed(user?.roomId) };
    });
  }

  page(): Promise<Sighting> {
    return this.#ask("page", async () => {
      let isTurnedAway = false;
      const followRedirect = ({ headers }: { headers: { location?: string | undefined } }) => {
        isTurnedAway ||= TO_LOGIN.test(headers.location ?? "");
        return !isTurnedAway;
      };
      const path = `@${this.#uniqueId}/live`;
      const html = await this.#web.getHtmlFromTikTokWebsite(path, { followRedirect } as never);
      if (isTurnedAway) return { sight: "unknown", hint: "COUNTRY_BLOCKED" };
      const [, json] = SIGI_STATE.exec(html) ?? [];
      if (json === undefined) return { sight: "unknown", hint: html === "" ? undefined : "TIKTOK_BLOCKED" };
      const { user, liveRoom } = JSON.parse(json)?.LiveRoom?.liveRoomUserInfo ?? {};
      if (!user) return { sight: "absent" };
      return { sight: sightOf(liveRoom?.status ?? user.status), ...roomNamed(user.roomId) };
    });
  }

  async info(roomId: string): Promise<{ sighting: Sighting; info: RoomInfo | undefined }> {
    let info: RoomInfo | undefined;
    const sighting = await this.#ask("info", async () => {
      const params = { ...this.#web.clientParams, room_id: roomId };
      const answer = await this.#web.getJsonObjectFromWebcastApi("room/info/", params, false);
      if (answer?.status_code === ROOM_FINISHED) return { sight: "offline" };
      const { data } = answer ?? {};
      if (data?.status === undefined) {
        return { sight: "unknown", hint: RESTRICTED.has(answer?.status_code) ? "ROOM_RESTRICTED" : undefined };
      }
      info = data;
      return { sight: sightOf(data.status), roomId };
    });
    return { sighting, info };
  }

  async #ask(
    from: Sighting["from"],
    read: () => Promise<{ sight: Sighting["sight"]; roomId?: string; hint?: Sighting["hint"] | undefined }>,
  ): Promise<Sighting> {
    try {
      const { hint, ...said } = await read();
      return { from, ...said, ...(hint ? { hint } : {}) };
    } catch (error) {
      return { from, sight: "unknown", ...failureHint(error) };
    }
  }
}

function roomNamed(roomId: unknown): Pick<Sighting, "roomId" | "hint"> {
  if (isRoomId(roomId)) return { roomId };
  return roomId === undefined || roomId === "" || roomId === "0" ? {} : { hint: "INVALID_ROOM_ID" };
}

/** Network faults, time-outs and 5xx answers; 403 is TikTok's firewall. What cannot be parsed says nothing at all. */
function failureHint(error: unknown): Pick<Sighting, "hint"> {
  const { code, response } = error as { code?: unknown; response?: { statusCode?: number } };
  const status = response?.statusCode;
  if (status === 403) return { hint: "TIKTOK_BLOCKED" };
  if (status !== undefined) return status >= 500 || status === 429 ? { hint: "TIKTOK_UNAVAILABLE" } : {};
  const isNetwork = typeof code === "string" && /^(ECONN|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|EHOST|ENET|ERR_)/.test(code);
  return isNetwork ? { hint: "TIKTOK_UNAVAILABLE" } : {};
}
