import type { Page } from "../../../contracts/api.ts";
import {
  type Delivery,
  type Destination,
  type DestinationTest,
  deliveryPageSchema,
  deliverySchema,
  destinationFields,
  destinationPageSchema,
  destinationSchema,
  destinationTestSchema,
  type NewDestination,
  newDestinationSchema,
} from "../../../contracts/destination.ts";
import { uuid as id } from "../../../contracts/fields.ts";
import { fields, page } from "../input.ts";
import { type Call, Reply, route } from "../route.ts";
import { assertInScope } from "../scope.ts";

const target = { field: "id", kind: "destination" } as const;
/** An address, so that no name has to be resolved; disabled, so that nothing is sent there. */
const example = { name: "my bot", url: "https://93.184.216.34/ttlc", envelope: "unified", enabled: false };

/** A destination is looked up and its address resolved; the test of one waits for the answer. */
const PATIENCE_MS = 15_000;

/** Where the events of the caller's channels are sent to. */
export const list = route(
  {
    path: "GET /destinations",
    id: "listDestinations",
    summary: "Where the events of your channels are sent to, and how that goes",
    right: "manage",
    input: fields(page, ["limit"]),
    answers: { 200: destinationPageSchema },
  },
  ({ input, scope, call }) => call<Page<Destination>>("forwarder.list", { ...input, scope }),
);

/** The events that come from now on; its signing secret is in this answer and in no other. */
export const create = route(
  {
    path: "POST /destinations",
    id: "createDestination",
    secret: true,
    summary: "Sends the events of a channel to an address from now on, as signed webhooks",
    right: "manage",
    input: fields({ channelId: id, ...destinationFields }, ["name", "url"]),
    example,
    answers: { 201: newDestinationSchema },
  },
  async ({ input, scope, call, note }) => {
    if (input.channelId) await assertInScope(call, scope, "channel", input.channelId);
    const made = await patiently(call)<NewDestination>("forwarder.create", { ...input, scope });
    const { destinationId: id, channelId } = made;
    note({ target: { kind: target.kind, id }, channelIds: [channelId], details: inShort(made) });
    return new Reply(201, made, { location: `/destinations/${made.destinationId}` });
  },
);

export const detail = route(
  {
    path: "GET /destinations/:id",
    id: "getDestination",
    summary: "One destination, and how it does",
    right: "manage",
    target,
    input: fields({ id }, ["id"]),
    answers: { 200: destinationSchema },
  },
  ({ input: { id: destinationId }, call }) => call<Destination>("forwarder.one", { destinationId }),
);

/** What is not named stays. */
export const change = route(
  {
    path: "PATCH /destinations/:id",
    id: "changeDestination",
    summary: "Changes what is named of a destination",
    right: "manage",
    target,
    input: fields({ id, ...destinationFields }, ["id"]),
    example: { eventFilter: { types: ["GIFT"], minCoins: 100 } },
    answers: { 200: destinationSchema },
  },
  async ({ input: { id: destinationId, ...wish }, call, note }) => {
    const changed = await patiently(call)<Destination>("forwarder.change", { destinationId, ...wish });
    note({ details: { ...inShort(changed), changed: Object.keys(wish) } });
    return changed;
  },
);

export const remove = route(
  {
    path: "DELETE /destinations/:id",
    id: "deleteDestination",
    summary: "Ends a destination, with what is known of its deliveries",
    right: "manage",
    target,
    input: fields({ id }, ["id"]),
    answers: { 204: null },
  },
  async ({ input: { id: destinationId }, call, note }) => {
    note({ details: inShort(await call<Destination>("forwarder.remove", { destinationId })) });
    return new Reply(204);
  },
);

/** One attempt, whose outcome is the answer, good or bad. */
export const test = route(
  {
    path: "POST /destinations/:id/test",
    id: "testDestination",
    summary: "Sends a made-up event to a destination, once, and tells what it answered",
    right: "manage",
    target,
    input: fields({ id }, ["id"]),
    answers: { 200: destinationTestSchema },
  },
  async ({ input: { id: destinationId }, call, note }) => {
    const outcome = await patiently(call)<DestinationTest>("forwarder.test", { destinationId });
    note({ details: { delivered: outcome.delivered } });
    return outcome;
  },
);

export const rotateSecret = route(
  {
    path: "POST /destinations/:id/rotate-secret",
    id: "rotateDestinationSecret",
    secret: true,
    summary: "A new signing secret; the one before signs too for some hours more",
    right: "manage",
    target,
    input: fields({ id, overlapHours: { type: "integer", minimum: 0, maximum: 168, default: 24 } }, [
      ...(["id", "overlapHours"] as const),
    ]),
    example: { overlapHours: 48 },
    answers: { 200: newDestinationSchema },
  },
  async ({ input: { id: destinationId, overlapHours }, call, note }) => {
    const rotated = await call<NewDestination>("forwarder.rotate", { destinationId, overlapHours });
    note({ details: { ...inShort(rotated), overlapHours } });
    return rotated;
  },
);

export const enable = route(
  {
    path: "POST /destinations/:id/enable",
    id: "enableDestination",
    summary: "Sends to a disabled destination again, from where it stopped or from now",
    right: "manage",
    target,
    input: fields({ id, from: { enum: ["where_it_stopped", "now"], default: "where_it_stopped" } }, ["id", "from"]),
    example: { from: "now" },
    answers: { 200: destinationSchema },
  },
  async ({ input: { id: destinationId, from }, call, note }) => {
    const enabled = await call<Destination>("forwarder.resume", { destinationId, from });
    note({ details: { ...inShort(enabled), from } });
    return enabled;
  },
);

/** The last 500 that were taken and the last 500 that were not, with their last attempts. */
export const deliveries = route(
  {
    path: "GET /destinations/:id/deliveries",
    id: "listDeliveries",
    summary: "The batches of a destination, the newest first, each with its last attempts",
    right: "manage",
    target,
    input: fields(
      {
        id,
        limit: page.limit,
        after: { type: "string", pattern: "^msg_[0-9a-z]{1,64}$", description: page.after.description },
        state: { enum: deliverySchema.properties.state.enum, description: "What became of them." },
      },
      ["id", "limit"],
    ),
    answers: { 200: deliveryPageSchema },
  },
  ({ input: { id: destinationId, ...query }, call }) =>
    call<Page<Delivery>>("forwarder.deliveries", { destinationId, ...query }),
);

/** For the audit: of the address only where it leads, as the rest of it may be a secret. */
const inShort = ({ name, url, enabled }: Destination) => ({ name, host: new URL(url).host, enabled });

/** For what looks at an address of somebody else's. */
const patiently =
  (call: Call) =>
  <Result>(action: string, params: object): Promise<Result> =>
    call<Result>(action, params, { timeout: PATIENCE_MS });
