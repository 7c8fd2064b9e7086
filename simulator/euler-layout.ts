import type { Codec } from "./codec.ts";
import { codecs, type Message } from "./frames.ts";

/**
 * TikTok's messages as Euler's WebSocket has them: decoded, as JSON, under the names of its schema v2, which differ from
 * those of tiktok-live-proto v3. What Euler cannot decode it does not send.
 */

type Json = Record<string, unknown>;

/** v3 -> v2, wherever it stands. */
const people: Readonly<Record<string, string>> = {
  id: "userId",
  displayId: "uniqueId",
  avatarThumb: "profilePicture",
  avatarMedium: "profilePictureMedium",
  avatarLarge: "profilePictureLarge",
  badgeList: "badges",
};

/** v3 -> v2, at the top of each type. */
const names: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  WebcastChatMessage: { content: "comment" },
  WebcastLikeMessage: { count: "likeCount", total: "totalLikeCount" },
  WebcastGiftMessage: { gift: "giftDetails" },
  WebcastRoomUserSeqMessage: { total: "viewerCount", ranks: "ranksList" },
  WebcastImDeleteMessage: { deleteMsgIds: "deleteMsgIdsList", deleteUserIds: "deleteUserIdsList" },
  WebcastQuestionNewMessage: { data: "details" },
  WebcastRoomPinMessage: { pinMsgId: "pinId" },
};

const parts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  giftDetails: { name: "giftName", type: "giftType", image: "giftImage" },
  displayText: { key: "displayType" },
  ranksList: { score: "coinCount" },
};

/** A message in Euler's layout; undefined: its schema does not know the type, or the bytes are none of it. */
export function eulerMessage({ method, payload }: Message): { type: string; data: Json } | undefined {
  const codec = (codecs as Readonly<Record<string, Codec<object>>>)[method];
  if (!codec) return undefined;
  try {
    const data = renamed(plain(codec.decode(payload)) as Json, names[method] ?? {});
    if ("giftId" in data) data.giftId = Number(data.giftId);
    return { type: method, data };
  } catch {
    return undefined;
  }
}

function plain(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => plain(item, key));
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.fromEntries(
    Object.entries(value).flatMap(([name, field]) => {
      const to = nameOf(name, value, key);
      return field === undefined ? [] : [[to, plain(field, to)]];
    }),
  );
  return fields;
}

function nameOf(name: string, within: object, key: string): string {
  if ("displayId" in within && "nickname" in within) return people[name] ?? name;
  if (name === "urlList") return "url";
  const after = key === "gift" ? "giftDetails" : key === "ranks" ? "ranksList" : key;
  return parts[after]?.[name] ?? name;
}

const renamed = (fields: Json, to: Readonly<Record<string, string>>): Json =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [to[name] ?? name, field]));
