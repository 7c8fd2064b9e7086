import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Belief } from "../services/ingest/liveness.ts";
import { openDirect } from "../services/ingest/providers/direct.ts";
import { SimulatedTikTok } from "../simulator/server.ts";
import { machine } from "./machine.ts";

/**
 * What one client receives of a simulated room, and what the room costs: `npm run bench -- simulator [events per second =
 * 2000] [seconds = 30]`. The client is a process of its own: this file again, with `client URL`.
 */
if (process.argv[2] === "client") await receive(process.argv[3] as string);
else await simulate(...(process.argv.slice(2).map(Number) as [number?, number?]));

async function simulate(rate = 2_000, seconds = 30): Promise<void> {
  const tiktok = new SimulatedTikTok();
  await tiktok.start();
  const room = tiktok.openRoom({ uniqueId: "alice", rate });
  const client = fork(import.meta.filename, ["client", tiktok.url]);
  /** Messages that came, once no more do. */
  const received = async (): Promise<number> => {
    for (let last = -1; ; await sleep(500)) {
      client.send("how many");
      const [count] = (await once(client, "message")) as [number];
      if (count === last) return count;
      last = count;
    }
  };
  await once(client, "message"); // it is in the room
  room.pause();
  const before = { received: await received(), sent: room.sent.total };
  const [cpu, startedAt] = [process.cpuUsage(), performance.now()];
  room.resume();
  await sleep(seconds * 1_000);
  room.pause();
  const ms = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  const after = { received: await received(), sent: room.sent.total };
  console.log(machine());
  const [sent, arrived] = [after.sent - before.sent, after.received - before.received];
  console.log(`${sent} sent, ${arrived} received, ${Math.round((1_000 * arrived) / ms)} a second`);
  console.log(`${((user + system) / ms / 10).toFixed(1)} % of a core`);
  client.kill();
  await tiktok.stop();
}

async function receive(url: string): Promise<void> {
  let count = 0;
  const listener = { onMessage: () => void count++, onTrouble: console.error };
  const endpoints = { signUrl: url, webHost: url, webcastHost: url };
  const { signal } = new AbortController();
  await openDirect({ provider: "direct", uniqueId: "alice", endpoints, belief: new Belief(), listener, signal });
  process.on("message", () => process.send?.(count));
  process.send?.(count);
}
