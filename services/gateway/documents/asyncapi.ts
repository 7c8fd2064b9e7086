import type { Channel, Message } from "./channels.ts";
import { securitySchemes } from "./common.ts";
import { Components, type Schema } from "./components.ts";

export interface AsyncApi {
  asyncapi: "3.0.0";
  info: object;
  defaultContentType: string;
  servers: Record<string, object>;
  channels: Record<string, object>;
  operations: Record<string, object>;
  components: { schemas: Record<string, Schema>; messages: Record<string, object>; securitySchemes: object };
}

/** The AsyncAPI 3 document of these channels. What ttlc sends others receive, and the other way round. */
export function asyncapiOf(channels: readonly Channel[], version: string): AsyncApi {
  const components = new Components((propertyName) => propertyName);
  const messages: Record<string, object> = {};
  const described = channels.map((channel) => [channel.id, channelOf(channel, components, messages)] as const);
  return {
    asyncapi: "3.0.0",
    info: {
      title: "TikTok Live Client",
      version,
      description: "The live feeds of the gateway, and the Redis Streams behind it.",
      license: { name: "MIT" },
    },
    defaultContentType: "application/json",
    servers: {
      gateway: {
        host: "{host}",
        protocol: "http",
        description: "Where the gateway answers; behind a proxy with TLS, by https and wss.",
        variables: { host: { default: "127.0.0.1:3000" } },
        security: Object.keys(securitySchemes).map((name) => ({ $ref: `#/components/securitySchemes/${name}` })),
      },
      socket: {
        host: "{host}",
        protocol: "ws",
        description: "The same address.",
        variables: { host: { default: "127.0.0.1:3000" } },
        security: Object.keys(securitySchemes).map((name) => ({ $ref: `#/components/securitySchemes/${name}` })),
      },
      redis: {
        host: "{host}",
        protocol: "redis",
        description: "Inside of ttlc: each entry is one message, its fields are text.",
        variables: { host: { default: "127.0.0.1:6379" } },
      },
    },
    channels: Object.fromEntries(described),
    operations: Object.fromEntries(channels.flatMap(operationsOf)),
    components: { schemas: components.sorted(), messages, securitySchemes: asyncSchemes },
  };
}

/** OpenAPI's words for the same: AsyncAPI calls a key in the header otherwise. */
const asyncSchemes = Object.fromEntries(
  Object.entries(securitySchemes).map(([name, scheme]) => [
    name,
    scheme.type === "apiKey" ? { ...scheme, type: "httpApiKey" } : scheme,
  ]),
);

function channelOf(channel: Channel, components: Components, messages: Record<string, object>): object {
  const { id: _, address, server, title, description, parameters, bindings } = channel;
  const own = new Map([...(channel.sends ?? []), ...(channel.receives ?? [])].map((each) => [idOf(each), each]));
  for (const [name, message] of own) {
    const { payload, summary = payload.description } = message;
    const said = summary === undefined ? {} : { summary };
    messages[name] = { name: message.name ?? name, title: name, ...said, payload: components.refer(payload) };
  }
  const names = [...own.keys()];
  return {
    address,
    title,
    description,
    servers: [{ $ref: `#/servers/${server}` }],
    messages: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }])),
    ...(parameters && {
      parameters: Object.fromEntries(Object.entries(parameters).map(([name, text]) => [name, { description: text }])),
    }),
    ...(bindings && { bindings }),
  };
}

function operationsOf(channel: Channel): [string, object][] {
  const both = [
    ["send", channel.sends],
    ["receive", channel.receives],
  ] as const;
  return both.flatMap(([action, some]): [string, object][] => {
    if (!some) return [];
    const place = `#/channels/${channel.id}`;
    const refs = some.map((message) => ({ $ref: `${place}/messages/${idOf(message)}` }));
    return [[`${action}-${channel.id}`, { action, channel: { $ref: place }, messages: refs }]];
  });
}

const idOf = ({ payload }: Message): string => payload.title.replaceAll(/[^\w.-]+/g, "");
