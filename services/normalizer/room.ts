import type { Payload } from "../../contracts/unified-event.ts";
import { amount, type Fields, parts, someAmount, word } from "./fields.ts";
import { personOf } from "./users.ts";

/** `total` may be absent, and as a gauge it must not fall to 0 for that. */
export function like(message: Fields): Payload<"LIKE"> {
  return {
    count: amount(message.count ?? message.likeCount),
    total: someAmount(message.total ?? message.totalLikeCount),
  };
}

export function join(message: Fields): Payload<"JOIN"> {
  return { memberCount: someAmount(message.memberCount), via: entrance(message.clientEnterSource) };
}

/** `total` of the connector is who watches now; `totalUser` counts everybody since the start. */
export function roomUser(message: Fields): Payload<"ROOM_USER"> {
  const top = parts(message.ranks ?? message.ranksList).flatMap(({ user, score, coinCount }) => {
    const person = personOf(user);
    return person === undefined ? [] : [{ ...person, score: amount(score ?? coinCount) }];
  });
  return {
    viewers: amount(message.total ?? message.viewerCount),
    totalViewers: someAmount(message.totalUser),
    top: top.length > 0 ? top : undefined,
  };
}

/** Where in TikTok a viewer came from, as its clients write it: page, `-`, what was tapped there. */
const pages = [
  ...["homepage_hot", "homepage_follow", "homepage_friends", "homepage_nearby", "homepage_live", "homepage_explore"],
  ...["personal_homepage", "others_homepage", "follow_recommend", "search_result", "general_search", "live_search"],
  ...["live_merge", "live_detail", "live_tab", "live_square", "discover", "message", "chat", "push", "share"],
  ...["notification_page", "external", "web"],
];
const taps = [
  ...["live_cell", "live_cover", "video_head", "others_photo", "message", "push", "share", "live_tab", "live_card"],
  ...["live_notification", "live_inner", "live_icon", "draw", "click"],
];

/** One of the entrances we know; the field is a free text, and this one is kept for ever. */
function entrance(source: unknown): string | undefined {
  const [page = "", tap = "", ...rest] = word(source).split("-");
  return pages.includes(page) && taps.includes(tap) && rest.length === 0 ? `${page}-${tap}` : undefined;
}
