import type { Service } from "moleculer";
import type { ServedEvent } from "../../contracts/api.ts";
import { type AskRoles, withRoles } from "../../lib/known-roles.ts";
import type { Streams } from "../../mixins/streams.mixin.ts";
import type { FeedSource, PositionedEvent } from "./catch-up.ts";

const STREAM = "ttlc:events";

/** An event waits no longer for what storage knows of its sender. */
const ROLES_MS = 250;

export const askRoles =
  ({ broker }: Pick<Host, "broker">): AskRoles =>
  (streamId, userIds, through) =>
    broker.call("storage.roles", { streamId, userIds, through }, { timeout: ROLES_MS });

type Host = Pick<Service, "broker" | "logger"> & Pick<Streams, "redis">;

/** The feed's past, from Redis and from storage. */
export function feedSource({ redis, broker, logger }: Host): FeedSource {
  return {
    async present() {
      const facts = (await redis.xinfo("STREAM", STREAM)) as unknown[];
      return String(facts[facts.indexOf("last-generated-id") + 1]);
    },

    async boundary() {
      return (await broker.call<{ position: string }>("storage.boundary")).position;
    },

    stored: (streamId, range) => broker.call("storage.feed", { streamId, ...range }),

    async entries({ after, through, limit }, streamId) {
      const entries = await redis.xrange(STREAM, `(${after}`, through, "COUNT", limit);
      const found = entries.flatMap(([position, words]) => positioned(position, words));
      const items = await withRoles(askRoles({ broker }), streamId, found, after).catch(() => found);
      return { items, next: entries.length < limit ? null : (entries.at(-1)?.[0] ?? null) };
    },

    async oldest() {
      const [first] = await redis.xrange(STREAM, "-", "+", "COUNT", 1);
      return first?.[0] ?? null;
    },

    failed(error) {
      logger.warn({ err: error }, "catching up has to wait, trying again");
    },
  };
}

/** An entry without a readable event is left out, as the tail leaves it out. */
function positioned(position: string, words: string[]): PositionedEvent[] {
  try {
    return [{ position, event: JSON.parse(words[words.indexOf("event") + 1] as string) as ServedEvent }];
  } catch {
    return [];
  }
}
