import { keyPageSchema, keySchema, newKeySchema } from "../../../contracts/keys.ts";
import { fields, page } from "../input.ts";
import { route } from "../route.ts";
import {
  changeOf,
  channelIds,
  expiresAt,
  id,
  listOf,
  make,
  name,
  newExpiry,
  overlapSeconds,
  revokeOf,
  rotateOf,
} from "./api-keys.ts";

/** People: each signs in to the dashboard with a key of their own. */
const kind = "person";
const role = { enum: ["streamer", "moderator", "viewer", "ops", "developer"] } as const;

export const list = route(
  {
    path: "GET /team",
    id: "listTeam",
    summary: "The people of the team, the newest first",
    right: "manage",
    input: fields(page, ["limit"]),
    answers: { 200: keyPageSchema },
  },
  listOf(kind),
);

export const add = route(
  {
    path: "POST /team",
    id: "addTeamMember",
    secret: true,
    summary: "Adds somebody to the team, and shows their key once",
    right: "manage",
    input: fields({ name, role, channelIds: { ...channelIds, default: [] }, expiresAt }, [
      "name",
      "role",
      "channelIds",
    ]),
    example: { name: "Bea", role: "moderator", channelIds: ["00000000-0000-4000-8000-00000000000c"] },
    answers: { 201: newKeySchema },
  },
  (asked) => make(kind, asked.input, asked),
);

export const update = route(
  {
    path: "PATCH /team/:id",
    id: "updateTeamMember",
    summary: "Changes somebody's name, role, channels, or when their key ends",
    right: "manage",
    input: fields({ id, name, role, channelIds, expiresAt: newExpiry }, ["id"]),
    example: { name: "Bea 2" },
    answers: { 200: keySchema },
  },
  changeOf(kind),
);

export const rotate = route(
  {
    path: "POST /team/:id/rotate",
    id: "rotateTeamMember",
    secret: true,
    summary: "Replaces somebody's key by a new one, shown once",
    right: "manage",
    input: fields({ id, overlapSeconds }, ["id", "overlapSeconds"]),
    answers: { 200: newKeySchema },
  },
  rotateOf(kind),
);

export const remove = route(
  {
    path: "DELETE /team/:id",
    id: "removeTeamMember",
    summary: "Removes somebody from the team, and ends their sessions",
    right: "manage",
    input: fields({ id }, ["id"]),
    answers: { 204: null },
  },
  revokeOf(kind),
);
