import type { FromSchema, JSONSchema } from "json-schema-to-ts";
import { roles as roleNames } from "./access.ts";
import { exact } from "./exact.ts";
import { count, instant, text, textOrNull, uuid, uuidOrNull } from "./fields.ts";

const flag = { type: "boolean" } as const;

const counts = {
  streams: { ...count, description: "broadcasts they did something in" },
  events: count,
  chats: count,
  likes: count,
  gifts: { ...count, description: "single gifts, a streak counting as many as it came to" },
  coins: { ...count, description: "of all gifts, each streak once at its highest" },
} as const;

const totals = exact("UserTotals", counts) satisfies JSONSchema;

const knownRoles = exact(
  "UserRoles",
  {
    isModerator: flag,
    isSubscriber: flag,
    isFollower: flag,
    followRole: { ...count, description: "0 none, 1 follows, 2 mutual" },
    gifterLevel: count,
    teamMemberLevel: count,
    topGifterRank: count,
  },
  ["isModerator", "isSubscriber", "isFollower", "followRole", "gifterLevel", "teamMemberLevel", "topGifterRank"],
) satisfies JSONSchema;

const seen = {
  firstSeenAt: { ...instant, description: "of their first event, history that TikTok sent included" },
  lastSeenAt: instant,
} as const;

const inChannel = exact(
  "UserInChannel",
  {
    channelId: { ...uuidOrNull, description: "null: of broadcasts whose channel is not known" },
    uniqueId: { ...textOrNull, description: "the streamer's @handle" },
    simulated: flag,
    ...seen,
    ...counts,
    roles: {
      ...knownRoles,
      description: "what they are to this streamer, as their messages told last; of a masked answer absent",
    },
  },
  ["roles"],
) satisfies JSONSchema;

const identity = {
  userId: { ...text, description: "TikTok's, which stays" },
  uniqueId: { ...textOrNull, description: "the @handle, which may change; null: no message told it, or masked" },
  displayName: { ...textOrNull, description: "null: masked" },
  avatarUrl: { ...textOrNull, description: "signed by TikTok and short-lived" },
} as const;

export const userProfileSchema = exact(
  "UserProfile",
  {
    ...identity,
    ...seen,
    totals: {
      ...totals,
      description: "over these channels; those of the simulator are left out, unless only such were asked for",
    },
    channels: {
      type: "array",
      items: inChannel,
      description: "the caller's in which they were seen, the latest first; a hundred at most",
    },
    masked: { const: true, description: "the caller may not see people: no names, no roles" },
  },
  ["masked"],
) satisfies JSONSchema;

/** `GET /users/:id`: somebody of TikTok, as far as the caller's channels saw them. */
export type UserProfile = FromSchema<typeof userProfileSchema>;

const userItemSchema = exact("UserItem", { ...identity, ...seen }) satisfies JSONSchema;

/** One who was found by their handle. */
export type UserItem = FromSchema<typeof userItemSchema>;

export const userPageSchema = exact("UserPage", {
  items: { type: "array", items: userItemSchema },
  next: { type: "null", description: "what does not fit is left out: ask more precisely" },
}) satisfies JSONSchema;

export const noteSchema = exact("Note", {
  noteId: uuid,
  userId: { ...text, description: "whom it is about" },
  channelId: uuid,
  text: { ...text, description: "as it was typed: show it as text, never as HTML" },
  sessionId: uuidOrNull,
  eventId: { ...textOrNull, description: "the event that gave rise to it" },
  author: exact("NoteAuthor", { name: text, role: { enum: roleNames } }),
  createdAt: instant,
}) satisfies JSONSchema;

/** What somebody of a channel wrote down about a person. */
export type Note = FromSchema<typeof noteSchema>;

export const notePageSchema = exact("NotePage", {
  items: { type: "array", items: noteSchema },
  next: textOrNull,
}) satisfies JSONSchema;
