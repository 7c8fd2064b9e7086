import { keyPageSchema, newKeySchema } from "../../../contracts/keys.ts";
import { eventTypes } from "../../../contracts/unified-event.ts";
import { fields, page } from "../input.ts";
import { route } from "../route.ts";
import { expiresAt, id, listOf, make, name, overlapSeconds, revokeOf, rotateOf } from "./api-keys.ts";

/** Tokens of overlays: read-only, for the chosen event types of one channel. They end up in the settings of OBS. */
const kind = "overlay";
const types = { type: "array", items: { enum: eventTypes }, minItems: 1, uniqueItems: true } as const;

export const list = route(
  {
    path: "GET /overlays",
    id: "listOverlays",
    summary: "The tokens of overlays, the newest first",
    right: "manage",
    input: fields(page, ["limit"]),
    answers: { 200: keyPageSchema },
  },
  listOf(kind),
);

export const create = route(
  {
    path: "POST /overlays",
    id: "createOverlay",
    secret: true,
    summary: "Makes a read-only token for the chosen events of one channel, and shows it once",
    right: "manage",
    target: { field: "channelId", kind: "channel" },
    input: fields({ name, channelId: id, types, expiresAt }, ["name", "channelId", "types"]),
    example: { name: "Gift alerts", channelId: "00000000-0000-4000-8000-00000000000c", types: ["GIFT", "FOLLOW"] },
    answers: { 201: newKeySchema },
  },
  (asked) => {
    const { channelId, ...wish } = asked.input;
    return make(kind, { ...wish, role: "overlay", channelIds: [channelId] }, asked);
  },
);

export const rotate = route(
  {
    path: "POST /overlays/:id/rotate",
    id: "rotateOverlay",
    secret: true,
    summary: "Replaces the token of an overlay by a new one, shown once",
    right: "manage",
    input: fields({ id, overlapSeconds }, ["id", "overlapSeconds"]),
    answers: { 200: newKeySchema },
  },
  rotateOf(kind),
);

export const revoke = route(
  {
    path: "DELETE /overlays/:id",
    id: "revokeOverlay",
    summary: "Ends the token of an overlay",
    right: "manage",
    input: fields({ id }, ["id"]),
    answers: { 204: null },
  },
  revokeOf(kind),
);
