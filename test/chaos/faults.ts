import { setTimeout as sleep } from "node:timers/promises";
import type { SimulatedRoom } from "../../simulator/room.ts";
import type { FaultProxy } from "../support/fault-proxy.ts";
import { type Archive, patientClient } from "./archive.ts";
import type { Doers } from "./doers.ts";
import type { Producer } from "./load.ts";
import type { FaultKind, PlannedFault } from "./plan.ts";
import type { ChaosPostgres, ChaosRedis } from "./servers.ts";
import type { ServiceProcess } from "./service-process.ts";

/** All that can be broken. */
export interface World {
  redis: ChaosRedis;
  postgres: ChaosPostgres;
  services: ReadonlyMap<string, ServiceProcess>;
  links: ReadonlyMap<string, FaultProxy>;
  room: SimulatedRoom;
  producer: Producer;
  archive: Archive;
  /** Undefined: nobody acts. */
  doers: Doers | undefined;
}

/** Long enough for a client to come back and to have something under way again. */
const CUT_EVERY_MS = 200;

/** Breaks the target, waits, and heals it. */
export const inject = (world: World, { kind, target, forMs }: PlannedFault): Promise<void> =>
  faults[kind](world, target, forMs);

const service = ({ services }: World, name: string) => services.get(name) as ServiceProcess;
const link = ({ links }: World, name: string) => links.get(name) as FaultProxy;

const faults: Record<FaultKind, (world: World, target: string, forMs: number) => Promise<void>> = {
  async kill(world, target, forMs) {
    await service(world, target).kill();
    await sleep(forMs);
    service(world, target).start();
  },
  async term(world, target) {
    await service(world, target).terminate();
    service(world, target).start();
  },
  async freeze(world, target, forMs) {
    service(world, target).signal("SIGSTOP");
    await sleep(forMs);
    service(world, target).signal("SIGCONT");
  },
  async reset(world, target, forMs) {
    const healedAt = performance.now() + forMs;
    for (;;) {
      link(world, target).reset();
      if (performance.now() + CUT_EVERY_MS > healedAt) return;
      await sleep(CUT_EVERY_MS);
    }
  },
  async drop(world, target, forMs) {
    link(world, target).setMode("dropReplies");
    await sleep(forMs);
    link(world, target).reset();
    link(world, target).setMode("pass");
  },
  async silence(world, target, forMs) {
    link(world, target).setMode("silence");
    await sleep(forMs);
    link(world, target).setMode("pass");
  },
  async redis({ redis }, _target, forMs) {
    await redis.kill();
    await sleep(forMs);
    await redis.start();
  },
  async postgres({ postgres, links }, _target, forMs) {
    await postgres.crash();
    await sleep(forMs);
    await postgres.start();
    for (const [name, proxy] of links) if (name.endsWith(">postgres")) proxy.moveTo(postgres.port);
  },
  async tiktok({ room }) {
    room.wire.reset();
  },
  async poison({ producer }, _target, forMs) {
    producer.poison(true);
    await sleep(forMs);
    producer.poison(false);
  },
  async replay({ doers, archive }) {
    const session = archive.told.findLast(({ event }) => event.source === "live")?.event.sessionId;
    if (session) await doers?.replay(session);
  },
  async flush({ archive, redis }) {
    const client = patientClient(redis.url, 5_000);
    try {
      await archive.flush(client);
    } finally {
      client.disconnect();
    }
  },
};
