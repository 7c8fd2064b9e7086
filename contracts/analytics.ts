import type { FromSchema, JSONSchema } from "json-schema-to-ts";
import { exactly } from "./exact.ts";
import { count, countOrNull, instant, text, uuid, uuidOrNull } from "./fields.ts";

/** Figures of a session or a broadcast, as `GET /sessions/:id/analytics` and `GET /streams/:id/analytics` answer them. */

/** The same names mean the same as in `GET /sessions` and `GET /streams`, and are equal to them. */
export const totalsSchema = {
  title: "AnalyticsTotals",
  description: "Sums of what reached us, but for peakViewers and likes, which are TikTok's own figures.",
  ...exactly({
    events: count,
    people: { ...count, description: "Different people who did something that a message told." },
    chats: count,
    gifts: { ...count, description: "Single gifts, a streak as many as it came to." },
    diamonds: { ...count, description: "Coins of all gifts, each streak counted once at its maximum." },
    observedLikes: count,
    likes: { ...countOrNull, description: "TikTok's total; null while it has told none, and for a range of time." },
    follows: count,
    shares: count,
    subscribes: count,
    joins: count,
    peakViewers: countOrNull,
  }),
} as const satisfies JSONSchema;
export type Totals = FromSchema<typeof totalsSchema>;

const pointSchema = {
  title: "AnalyticsPoint",
  ...exactly({
    at: { ...instant, description: "Its beginning." },
    events: {
      type: "object",
      additionalProperties: count,
      description: "By type; a type that did not occur is absent.",
    },
    likes: count,
    viewers: { ...countOrNull, description: "The most that watched, as messages of then told; null when none did." },
  }),
} as const satisfies JSONSchema;
export type Point = FromSchema<typeof pointSchema>;

const giftSchema = {
  title: "AnalyticsGift",
  ...exactly({ giftId: text, giftName: text, gifts: count, coins: count }),
} as const satisfies JSONSchema;
export type GiftFigures = FromSchema<typeof giftSchema>;

const rankedSchema = {
  title: "AnalyticsPerson",
  description: "Somebody on a list. An overlay is told neither userId nor uniqueId.",
  ...exactly({ userId: text, uniqueId: text, displayName: text, count, coins: count }, ["userId", "uniqueId", "coins"]),
} as const satisfies JSONSchema;
export type Ranked = FromSchema<typeof rankedSchema>;

const listSchema = { type: "array", items: rankedSchema } as const;

export const analyticsSchema = {
  title: "Analytics",
  description: "`timeline`, `gifts` and `top` as far as the caller may see them.",
  ...exactly(
    {
      streamId: text,
      sessionId: { ...uuidOrNull, description: "null: the whole broadcast." },
      from: { ...instant, description: "Of the figures, inclusive: whole minutes where a range was asked for." },
      to: { ...instant, description: "Exclusive where a range was asked for, else the last event." },
      totals: totalsSchema,
      timeline: exactly({
        minutes: {
          type: "integer",
          minimum: 1,
          description: "Minutes of one point: more than one for long broadcasts.",
        },
        points: { type: "array", items: pointSchema, description: "In order; where nothing happened there is none." },
      }),
      gifts: { type: "array", items: giftSchema, description: "By coins, the highest first." },
      top: exactly({ gifters: listSchema, chatters: listSchema, likers: listSchema, sharers: listSchema }, [
        "chatters",
        "likers",
        "sharers",
      ]),
    },
    ["timeline", "gifts", "top"],
  ),
} as const satisfies JSONSchema;
export type Analytics = FromSchema<typeof analyticsSchema>;

const daySchema = {
  title: "AnalyticsDay",
  ...exactly({
    day: { type: "string", format: "date", description: "In UTC, of the sessions that began on it." },
    sessions: count,
    events: count,
    diamonds: count,
    observedLikes: count,
    peakViewers: countOrNull,
  }),
} as const satisfies JSONSchema;
export type ChannelDay = FromSchema<typeof daySchema>;

export const channelAnalyticsSchema = {
  title: "ChannelAnalytics",
  description: "What a streamer's sessions came to by day, the newest first. Replays are none.",
  ...exactly({ channelId: uuid, days: { type: "array", items: daySchema } }),
} as const satisfies JSONSchema;
export type ChannelAnalytics = FromSchema<typeof channelAnalyticsSchema>;
