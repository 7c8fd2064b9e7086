import { deliverySchema, destinationFields } from "../../contracts/destination.ts";
import { object } from "../../contracts/exact.ts";
import { position, uuid } from "../../contracts/fields.ts";

const webhookId = { type: "string", pattern: "^msg_[0-9a-z]{1,64}$" } as const;
const limit = { type: "integer", minimum: 1, maximum: 500, default: 100 } as const;
const scope = object({ channelIds: { type: "array", items: uuid, maxItems: 1_000 }, simulated: { const: true } }, []);

const letter = object(
  { id: position, entryId: position, payload: { type: "string" }, destination: { type: "string" } },
  ["id", "payload"],
);

/** JSON Schemas of the actions' parameters. */
export const params = {
  none: object({}, []),
  list: object({ scope, after: uuid, limit }, ["limit"]),
  create: object(
    {
      channelId: uuid,
      scope,
      ...destinationFields,
      envelope: { ...destinationFields.envelope, default: "unified" },
      eventFilter: { ...destinationFields.eventFilter, default: {} },
      enabled: { ...destinationFields.enabled, default: true },
    },
    ["name", "url", "envelope", "eventFilter", "enabled"],
  ),
  one: object({ destinationId: uuid }, ["destinationId"]),
  change: object({ destinationId: uuid, ...destinationFields }, ["destinationId"]),
  resume: object({ destinationId: uuid, from: { enum: ["where_it_stopped", "now"], default: "where_it_stopped" } }, [
    ...(["destinationId", "from"] as const),
  ]),
  rotate: object({ destinationId: uuid, overlapHours: { type: "integer", minimum: 0, maximum: 168, default: 24 } }, [
    "destinationId",
    "overlapHours",
  ]),
  deliveries: object(
    {
      destinationId: uuid,
      state: { enum: deliverySchema.properties.state.enum },
      after: webhookId,
      limit,
    },
    ["destinationId", "limit"],
  ),
  letter,
  redrive: object({ run: uuid, letters: { type: "array", maxItems: 1_000, items: letter } }, ["run", "letters"]),
};
