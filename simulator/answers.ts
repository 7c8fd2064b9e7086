import { giftList } from "./gifts.ts";
import type { SimulatedRoom } from "./room.ts";

/** The JSON and HTML that TikTok and the signer answer, as far as the connector and ttlc read them. */

/** TikTok's room statuses. */
const LIVE = 2;
const PAUSED = 3;
const OFFLINE = 4;

/** How TikTok's pages are disposed towards who asks. They are wrong, or keep something back, more often than one thinks. */
export type PageMood = "honest" | "empty" | "restricted" | "country" | "puzzle" | "contradictory";

const statusOf = ({ isLive, isPaused }: SimulatedRoom) => (isLive ? (isPaused ? PAUSED : LIVE) : OFFLINE);
const seconds = (ms: number) => Math.floor(ms / 1000);

const userOf = (room: SimulatedRoom) => ({
  id: room.host.id,
  uniqueId: room.uniqueId,
  nickname: room.host.nickname,
  secUid: room.host.secUid,
  roomId: room.roomId,
  status: statusOf(room),
});

const liveRoomOf = (room: SimulatedRoom) => ({
  title: room.title,
  status: statusOf(room),
  startTime: seconds(room.startedAt),
  liveRoomStats: { userCount: room.viewers },
});

/** `/@user/live`; a page without a room for an unknown user. */
export function livePage(room: SimulatedRoom | undefined): string {
  if (room?.pageMood === "empty" || room?.pageMood === "restricted") return "";
  if (room?.pageMood === "puzzle") return "<!doctype html><title>Please wait...</title>";
  const state = room ? { LiveRoom: { liveRoomUserInfo: { user: userOf(room), liveRoom: liveRoomOf(room) } } } : {};
  const json = JSON.stringify(state).replaceAll("<", "\\u003c");
  return `<!doctype html><script id="SIGI_STATE" type="application/json">${json}</script>`;
}

/** `/api-live/user/room/` */
export function apiLive(room: SimulatedRoom | undefined) {
  if (!room) return { statusCode: 19_881_007, message: "user_not_found" };
  const { pageMood } = room;
  if (pageMood === "restricted") return { statusCode: 0, message: "", data: { user: { roomId: room.roomId } } };
  if (pageMood === "contradictory") return { statusCode: 0, message: "", data: { user: { status: OFFLINE } } };
  if (pageMood !== "honest") return { statusCode: 0, message: "", data: {} };
  return { statusCode: 0, message: "", data: { user: userOf(room), liveRoom: liveRoomOf(room) } };
}

/** `/webcast/room/info/` */
export function roomInfo(room: SimulatedRoom | undefined) {
  if (!room) return { data: { status: OFFLINE }, status_code: 0 };
  if (room.pageMood === "restricted") return { data: { prompts: "" }, status_code: 4_003_110 };
  if (room.pageMood !== "honest" && room.pageMood !== "contradictory") return { data: {}, status_code: 0 };
  const { host } = room;
  return {
    data: {
      id_str: room.roomId,
      status: statusOf(room),
      title: room.title,
      create_time: seconds(room.startedAt),
      user_count: room.viewers,
      like_count: room.likes,
      owner: {
        id_str: host.id,
        display_id: host.handle,
        nickname: host.nickname,
        sec_uid: host.secUid,
        follow_info: { follower_count: room.followers },
      },
    },
    status_code: 0,
  };
}

/** `/webcast/gift/list/` */
export const gifts = () => ({ data: { gifts: giftList() }, status_code: 0 });

/** The signer's `/webcast/anchors/{uniqueId}/room_id` */
export const roomIdOf = (room: SimulatedRoom | undefined) =>
  room
    ? { code: 200, ok: true, room_id: room.roomId, is_live: room.isLive }
    : { code: 404, ok: false, message: "user not found" };

/** The signer's `/tiktok/sign_url`: nothing here needs a signature. */
export const signedUrl = ({ url, userAgent }: { url?: string; userAgent?: string }) => ({
  code: 200,
  response: { signedUrl: url, userAgent, tokens: { "X-Bogus": "simulated" } },
});
