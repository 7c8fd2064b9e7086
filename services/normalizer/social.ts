import { amount, type Fields, part, sentenceKey, someAmount, word } from "./fields.ts";
import { type Outcome, raw, to } from "./outcome.ts";

/** TikTok's codes in `action`, the surest sign: in all 40 recorded messages they agree with the key. */
const FOLLOW = 1;
const SHARE = 3;

/**
 * One message type for three events. Its sentence's key (`pm_main_follow_message_viewer_2`, `pm_mt_guidance_share`)
 * decides when the action does not.
 */
export function social(message: Fields): Outcome {
  const action = amount(message.action);
  const key = sentenceKey(part(message.common).displayText);
  if (action === FOLLOW) return follow(message);
  if (action === SHARE) return share(message);
  if (key.includes("follow")) return follow(message);
  if (key.includes("share")) return share(message);
  if (key.includes("subscribe")) return to("SUBSCRIBE", {});
  return raw("SOCIAL");
}

function follow(message: Fields): Outcome {
  return to("FOLLOW", { followCount: someAmount(message.followCount) });
}

/** In a follow, `shareTarget` is the streamer's user id; in a share a small code, -1 and 0 when not told. */
function share(message: Fields): Outcome {
  const target = word(message.shareTarget);
  return to("SHARE", {
    target: /^[1-9]\d{0,3}$/.test(target) ? target : undefined,
    shareCount: someAmount(message.shareCount),
  });
}
