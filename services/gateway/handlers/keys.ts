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

/** Keys of programs. */
const kind = "program";
const role = { enum: ["admin", "streamer", "moderator", "viewer", "ops", "developer"] } as const;

export const list = route(
  {
    path: "GET /keys",
    id: "listKeys",
    summary: "The keys of programs, the newest first",
    right: "manage",
    input: fields(page, ["limit"]),
    answers: { 200: keyPageSchema },
  },
  listOf(kind),
);

export const create = route(
  {
    path: "POST /keys",
    id: "createKey",
    secret: true,
    summary: "Makes a key for a program, and shows it once",
    right: "manage",
    input: fields({ name, role, channelIds: { ...channelIds, default: [] }, expiresAt }, [
      "name",
      "role",
      "channelIds",
    ]),
    example: { name: "Chat bot", role: "moderator", channelIds: ["00000000-0000-4000-8000-00000000000c"] },
    answers: { 201: newKeySchema },
  },
  (asked) => make(kind, asked.input, asked),
);

export const update = route(
  {
    path: "PATCH /keys/:id",
    id: "updateKey",
    summary: "Changes what a key is called, may, reaches, or when it ends",
    right: "manage",
    input: fields({ id, name, role, channelIds, expiresAt: newExpiry }, ["id"]),
    example: { name: "Chat bot 2" },
    answers: { 200: keySchema },
  },
  changeOf(kind),
);

export const rotate = route(
  {
    path: "POST /keys/:id/rotate",
    id: "rotateKey",
    secret: true,
    summary: "Replaces a key by a new one, shown once",
    right: "manage",
    input: fields({ id, overlapSeconds }, ["id", "overlapSeconds"]),
    answers: { 200: newKeySchema },
  },
  rotateOf(kind),
);

export const revoke = route(
  {
    path: "DELETE /keys/:id",
    id: "revokeKey",
    summary: "Ends a key",
    right: "manage",
    input: fields({ id }, ["id"]),
    answers: { 204: null },
  },
  revokeOf(kind),
);
