import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FaultProxy } from "../support/fault-proxy.ts";
import { waitFor } from "../support/wait-for.ts";

/** A server that answers each chunk with itself and keeps what it heard. */
const heard: string[] = [];
const server = createServer((socket) => {
  socket.on("error", () => {});
  socket.on("data", (data) => {
    heard.push(String(data));
    socket.write(data);
  });
});
let proxy: FaultProxy;
let client: Socket;
let answers: string;

beforeEach(async () => {
  heard.length = 0;
  answers = "";
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  proxy = await new FaultProxy((server.address() as AddressInfo).port).start();
  client = connect(proxy.port, "127.0.0.1");
  client.on("data", (data) => {
    answers += data;
  });
  client.on("error", () => {});
  client.write("one ");
  await waitFor(() => expect(answers).toBe("one "));
});
afterEach(async () => {
  client.destroy();
  await proxy.stop();
  server.close();
});

it("keeps what is sent during a silence, and delivers it afterwards", async () => {
  proxy.setMode("silence");
  client.write("two ");
  const other = connect(proxy.port, "127.0.0.1").on("error", () => {});
  await once(other, "connect");
  expect(heard).toEqual(["one "]);
  proxy.setMode("pass");
  await waitFor(() => expect(answers).toBe("one two "));
  other.destroy();
});

it("lets requests through and swallows the replies", async () => {
  proxy.setMode("dropReplies");
  client.write("two ");
  await waitFor(() => expect(heard).toEqual(["one ", "two "]));
  proxy.setMode("pass");
  client.write("three ");
  await waitFor(() => expect(answers).toBe("one three "));
});

it("lets connections go silent for good, and takes new ones", async () => {
  proxy.strand();
  client.write("two ");
  const other = connect(proxy.port, "127.0.0.1").on("error", () => {});
  other.write("three ");
  await once(other, "data");
  proxy.setMode("pass");
  expect(heard).toEqual(["one ", "three "]);
  other.destroy();
});

it("cuts its connections with a reset, and takes new ones", async () => {
  const failed = once(client, "error");
  proxy.reset();
  expect((await failed)[0]).toMatchObject({ code: "ECONNRESET" });
  expect(proxy.connections).toBe(0);
  client = connect(proxy.port, "127.0.0.1");
  client.write("again");
  await waitFor(() => expect(heard).toContain("again"));
});
