import { hash } from "node:crypto";

/** What all frames of one gift streak share: same room, sender, gift and TikTok's number of the combo. 64 hex digits. */
export function streakId(streamId: string, userId: string, giftId: string, groupId: string): string {
  return hash("sha256", `${streamId}:${userId}:${giftId}:${groupId}`);
}
