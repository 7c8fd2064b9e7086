import { randomUUID } from "node:crypto";
import type { ServiceBroker } from "moleculer";
import { type Role, roles } from "../../contracts/access.ts";
import type { Config } from "../../contracts/config.ts";
import type { Key } from "../../contracts/keys.ts";
import type { EventType, UnifiedEvent } from "../../contracts/unified-event.ts";
import { newApiKey } from "../../lib/api-key.ts";
import { makeEvent, viewer } from "../fixtures/events.ts";
import { append, withClient } from "./gateway.ts";
import { waitFor } from "./wait-for.ts";

/** A streamer's channel with a broadcast of its own. What is in it says whose it is, so that a leak shows. */
export interface Tenant {
  channelId: string;
  simulated: boolean;
  uniqueId: string;
  streamId: string;
  sessionId: string;
  /** What a test may call its keys. */
  keyName: string;
  /** Texts that stand in what belongs to it and nowhere else. */
  marks: string[];
  /** Those of them that say who watched. */
  people: string[];
}

/** Makes channels through storage and ttlc:events, as ingest and the normalizer would; resolves once they are stored. */
export async function makeTenants<Name extends string>(
  broker: ServiceBroker,
  config: Config,
  names: Record<Name, { simulated: boolean }>,
): Promise<Record<Name, Tenant>> {
  const made: [Name, Tenant][] = [];
  const events: UnifiedEvent[] = [];
  for (const [at, name] of (Object.keys(names) as Name[]).entries()) {
    const { simulated } = names[name];
    const uniqueId = `${name}.streamer`;
    const owner = { userId: viewer(900 + at).userId, uniqueId, displayName: `Streamer ${name}` };
    const { channelId } = await broker.call<{ channelId: string }, object>("storage.channel", {
      ...{ uniqueId, ownerId: owner.userId, simulated },
    });
    const place = { streamId: `stream-of-${name}`, sessionId: randomUUID() };
    const provider = simulated ? ("simulator" as const) : ("direct" as const);
    const sender = { ...viewer(800 + at), uniqueId: `viewer.of.${name}`, displayName: `Viewer of ${name}` };
    const message = `Said to ${name}`;
    const connected = { provider, channelId, uniqueId, owner, title: `Show of ${name}` };
    const gift = { giftName: `Gift to ${name}`, coins: 5, diamondCount: 5 };
    const told: [EventType, object][] = [
      ["CONNECTED", { payload: connected, rawType: "ControlEvent.CONNECTED" }],
      ["CHAT", { user: sender, payload: { message } }],
      ["GIFT", { user: sender, payload: gift }],
    ];
    events.push(...told.map(([type, more], seqNo) => makeEvent(type, { ...place, provider, seqNo, ...more })));
    const people = [sender.userId, sender.uniqueId, sender.displayName, message];
    const keyName = `Key of ${name}`;
    const ids = [channelId, uniqueId, ...Object.values(place)];
    const marks = [...ids, keyName, connected.title, gift.giftName, ...people];
    made.push([name, { channelId, simulated, uniqueId, ...place, keyName, marks, people }]);
  }
  await withClient(config, (client) => append(client, events));
  await waitFor(async () => {
    const { stored } = await broker.call<{ stored: number }>("storage.stats");
    if (stored < events.length) throw new Error(`${stored} of ${events.length} events are stored`);
  });
  return Object.fromEntries(made) as Record<Name, Tenant>;
}

/** A key as an administrator makes it, and its secret. */
export async function makeKey(
  broker: ServiceBroker,
  role: Role,
  channels: readonly Pick<Tenant, "channelId">[] = [],
  more: { kind?: Key["kind"]; types?: EventType[]; name?: string } = {},
): Promise<{ id: string; secret: string }> {
  const { secret, ...kept } = newApiKey();
  const key = await broker.call<Key, object>("storage.makeKey", {
    kind: role === "overlay" ? "overlay" : "person",
    ...(role === "overlay" && { types: ["CHAT"] }),
    ...{ name: `a ${role}`, role, scope: {}, gives: roles, by: { id: null, name: "a test" }, ...kept, ...more },
    channelIds: channels.map(({ channelId }) => channelId),
  });
  return { id: key.id, secret };
}
