import type { ConnectionPool } from "@databases/pg";
import type { RuleAction, RuleDraft } from "../../contracts/rule.ts";
import type { EventType } from "../../contracts/unified-event.ts";
import { create as createDestination } from "../../services/forwarder/destinations.ts";
import { createRule } from "../../services/rules/store.ts";
import { channel } from "../../services/storage/channel.ts";
import { type Manner, manners, type Outside } from "./outside.ts";

const draft = (
  name: string,
  eventType: EventType,
  action: RuleAction,
  mode: RuleDraft["mode"] = "live",
): RuleDraft => ({
  ...{ name, eventType, action, mode },
  ...{ enabled: true, matchAll: true, cooldown: 0, perUserCooldown: 0, limits: {} },
});

/** Where the webhooks of a rule go; its name is in the path. */
const webhook = (outside: Outside, target: Manner, name: string): RuleAction => ({
  type: "webhook",
  url: outside.url(target, `/rules/${name}`),
});

/** Seldom enough that what cannot be sent does not keep the processes from all else. */
const RARE = "SUBSCRIBE";
/** Manners of those that never take anything. */
const unwilling: readonly Manner[] = ["hangs", "drips", "floods", "redirects", "down", "canary"];

/** Two of one event at one target, one that fails at times, what is said and done in the room, and all that cannot work. */
const rulesFor = (outside: Outside): RuleDraft[] => [
  draft("gifts", "GIFT", webhook(outside, "takes", "gifts")),
  draft("gifts-too", "GIFT", webhook(outside, "takes", "gifts-too")),
  draft("follows", "FOLLOW", webhook(outside, "flaky", "follows")),
  draft("tried", "FOLLOW", webhook(outside, "takes", "tried"), "dry_run"),
  draft("chats", "CHAT", { type: "log", template: "{username}: {message}" }),
  draft("thanks", RARE, { type: "announce", template: "Thanks {username} {timestamp}" }),
  draft("mute", "SHARE", { type: "moderate", measure: "timeout", seconds: 5, reason: "chaos" }),
  draft("ban", "EMOTE", { type: "moderate", measure: "ban", reason: "chaos" }),
  ...["refuses" as const, ...unwilling].map((manner) => draft(manner, RARE, webhook(outside, manner, manner))),
];

/** A rule that is made when its events are under way or long over. */
export const lateRule = (outside: Outside, name: string): RuleDraft =>
  draft(name, "SHARE", webhook(outside, "takes", name));

const destinations: readonly { manner: Manner; types?: EventType[] }[] = manners.map((manner) => {
  if (manner === "takes") return { manner };
  return { manner, types: manner === "flaky" ? ["CHAT", "GIFT"] : manner === "refuses" ? ["SHARE"] : [RARE] };
});

/** What the streamer wants, before anything runs: some of it could not be saved over the API. */
export async function makeWishes(
  db: ConnectionPool,
  outside: Outside,
  uniqueId: string,
): Promise<{ channelId: string }> {
  const { channelId } = await channel(db, { uniqueId, simulated: false });
  for (const wish of rulesFor(outside)) await createRule(db, { channelId, draft: wish, by: "chaos" });
  for (const { manner, types } of destinations) {
    const url = outside.url(manner, `/destinations/${manner}`);
    const eventFilter = types ? { types } : {};
    const wish = { channelId, name: manner, url, envelope: "unified" as const, eventFilter, enabled: true };
    await createDestination(db, wish, "0-0", new Date());
  }
  return { channelId };
}
