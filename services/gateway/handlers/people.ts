import { eventPageSchema, type Page, type ServedEvent } from "../../../contracts/api.ts";
import { uuid } from "../../../contracts/fields.ts";
import {
  type Note,
  notePageSchema,
  noteSchema,
  type UserItem,
  type UserProfile,
  userPageSchema,
  userProfileSchema,
} from "../../../contracts/people.ts";
import { wordOf } from "../../../lib/event-filter.ts";
import type { Principal } from "../auth.ts";
import { notFound } from "../errors.ts";
import { assertSeesPeople, costOfQuestion, eventQuestion, filterOf } from "../event-question.ts";
import { fields, page } from "../input.ts";
import { Reply, route } from "../route.ts";

/**
 * People, as far as the caller's channels saw them: whoever was not seen there is not found. The scope goes on to
 * storage, since a person belongs to many channels.
 */

const { userId: id, ...filter } = eventQuestion;
const channelId = { ...uuid, description: "only this channel" } as const;
const noSuchPerson = "person of that id in your channels";

export const list = route(
  {
    path: "GET /users",
    id: "findUsers",
    summary: "People whose handle begins with `q`",
    right: "users.read",
    input: fields(
      {
        q: { type: "string", pattern: "^@?[\\w.]{1,64}$", description: "the beginning of a handle" },
        limit: { type: "integer", minimum: 1, maximum: 100, default: 20, description: "People at most." },
      },
      ["q", "limit"],
    ),
    example: { q: "viewer" },
    answers: { 200: userPageSchema },
  },
  async ({ input, scope, view, call }) => {
    assertSeesPeople(view);
    return { items: await call<UserItem[]>("storage.users", { ...input, q: wordOf(input.q), scope }), next: null };
  },
);

/** Also without names it would tell of a known id where and when that person was: nothing for a masked view. */
export const profile = route(
  {
    path: "GET /users/:id",
    id: "getUser",
    summary: "A person by TikTok's user id: who they are, what they are to you, their totals",
    right: "users.read",
    input: fields({ id, channelId }, ["id"]),
    answers: { 200: userProfileSchema },
  },
  async ({ input: { id: userId, channelId }, scope, view, call }) => {
    assertSeesPeople(view);
    const found = await call<UserProfile | null>("storage.user", { userId, channelId, scope });
    if (!found) throw notFound(noSuchPerson);
    return found;
  },
);

export const history = route(
  {
    path: "GET /users/:id/history",
    id: "listUserEvents",
    summary: "What a person did in your channels, the newest first",
    right: "users.read",
    cost: costOfQuestion,
    input: fields({ ...filter, ...page, id, channelId }, ["id", "limit"]),
    answers: { 200: eventPageSchema },
  },
  async ({ input: { id: userId, ...asked }, scope, view, call }) => {
    assertSeesPeople(view);
    const query = { ...filterOf(asked, view), userId, scope };
    const found = await call<Page<ServedEvent> | null>("storage.userHistory", query);
    if (!found) throw notFound(noSuchPerson);
    return found;
  },
);

export const notes = route(
  {
    path: "GET /users/:id/notes",
    id: "listNotes",
    summary: "What your channels noted about a person, the newest first",
    right: "moderate",
    input: fields({ ...page, id, channelId }, ["id", "limit"]),
    answers: { 200: notePageSchema },
  },
  async ({ input: { id: userId, ...asked }, scope, call }) => {
    const found = await call<Page<Note> | null>("storage.notes", { ...asked, userId, scope });
    if (!found) throw notFound(noSuchPerson);
    return found;
  },
);

export const addNote = route(
  {
    path: "POST /users/:id/notes",
    id: "addNote",
    summary: "Notes something about a person",
    right: "moderate",
    input: fields(
      {
        id,
        channelId: { ...uuid, description: "whose note it is; needed when several of your channels saw the person" },
        text: { type: "string", maxLength: 2_000, pattern: "\\S" },
        sessionId: uuid,
        eventId: { type: "string", pattern: "^[0-9a-f]{64}$" },
      },
      ["id", "text"],
    ),
    example: { text: "Was warned: asked for phone numbers." },
    answers: { 201: noteSchema },
  },
  async ({ input: { id: userId, ...wish }, who, scope, call, note }) => {
    note({ target: { kind: "person", id: userId } });
    const added = await call<Note | null>("storage.addNote", { ...wish, userId, scope, author: authorOf(who) });
    if (!added) throw notFound("such person, channel, session or event in your channels");
    const { noteId, channelId, sessionId, eventId } = added;
    note({ ...aboutNote(noteId, userId, channelId), details: { userId, sessionId, eventId } });
    return new Reply(201, added);
  },
);

export const removeNote = route(
  {
    path: "DELETE /users/:id/notes/:noteId",
    id: "removeNote",
    summary: "Removes a note",
    right: "moderate",
    input: fields({ id, noteId: uuid }, ["id", "noteId"]),
    answers: { 204: null },
  },
  async ({ input: { id: userId, noteId }, scope, call, note }) => {
    note(aboutNote(noteId, userId));
    const channelId = await call<string | null>("storage.removeNote", { userId, noteId, scope });
    if (!channelId) throw notFound("note of that id");
    note(aboutNote(noteId, userId, channelId));
    return new Reply(204);
  },
);

/** For the audit: which note it was, never what it says. */
const aboutNote = (noteId: string, userId: string, channelId?: string) => ({
  target: { kind: "note", id: noteId },
  ...(channelId !== undefined && { channelIds: [channelId] }),
  details: { userId },
});

/** Who wrote a note, as it tells for good. */
const authorOf = ({ id, name, role }: Principal) => ({ id, name, role });
