import { expect, it } from "vitest";
import { asyncapiOf } from "./asyncapi.ts";
import { channels } from "./channels.ts";

const ping = { summary: "Every 15 s", name: "ping", payload: { title: "Ping", type: "object" } };
const command = { summary: "Something to do", payload: { title: "Command", type: "string" } };

it("tells a channel with its messages, in both directions", () => {
  const socket = { id: "socket", address: "/ws", server: "gateway", title: "A socket", description: "Talks." } as const;
  const document = asyncapiOf([{ ...socket, sends: [ping], receives: [command] }], "1.0.0");
  expect(document).toMatchObject({
    channels: {
      socket: {
        address: "/ws",
        messages: { Ping: { $ref: "#/components/messages/Ping" }, Command: expect.anything() },
      },
    },
    operations: {
      "send-socket": { action: "send", messages: [{ $ref: "#/channels/socket/messages/Ping" }] },
      "receive-socket": { action: "receive", messages: [{ $ref: "#/channels/socket/messages/Command" }] },
    },
    components: {
      messages: {
        Ping: { name: "ping", payload: { $ref: "#/components/schemas/Ping" } },
        Command: { name: "Command" },
      },
      schemas: { Ping: { type: "object" }, Command: { type: "string" } },
    },
  });
});

it("has the live feed and every stream of the pipeline", () => {
  expect(channels.map(({ address }) => address)).toEqual([
    ...["/streams/{id}/events", "/ws"],
    ...["ttlc:raw", "ttlc:events", "ttlc:dlq"],
  ]);
});
