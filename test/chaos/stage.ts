import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { migrate } from "../../lib/migrate.ts";
import { withPool } from "../../lib/servers/postgres-client.ts";
import { SimulatedTikTok } from "../../simulator/server.ts";
import { FaultProxy } from "../support/fault-proxy.ts";
import { Archive } from "./archive.ts";
import { Doers } from "./doers.ts";
import type { World } from "./faults.ts";
import { Producer } from "./load.ts";
import { Outside } from "./outside.ts";
import { acts, casts, type Plan } from "./plan.ts";
import { type ChaosPostgres, ChaosRedis } from "./servers.ts";
import { ServiceProcess } from "./service-process.ts";
import type { Undo } from "./undo.ts";
import { makeWishes } from "./wishes.ts";

const ROOM_RATE = 200;
const PRODUCER_RATE = 100;
const STREAMER = "alice";

export interface Surroundings {
  /** The tree of ttlc that is run. */
  root: string;
  /** A folder for this run. */
  dir: string;
  postgres: ChaosPostgres;
  /** What is run is a mutant: nothing more is looked at once it is found. */
  isMutant: boolean;
  /** What was started is added to it; who calls runs it, also when the run fails or is interrupted. */
  undo: Undo;
}

/** Servers, links, processes that are not started yet, a room and a producer. */
export async function setTheStage(
  plan: Plan,
  { root, dir, postgres, undo }: Surroundings,
): Promise<{ world: World; database: string }> {
  await mkdir(dir, { recursive: true });
  const redis = new ChaosRedis(join(dir, "redis"));
  undo.add(() => redis.close());
  await redis.start();
  const database = `chaos_${Date.now()}`;
  await postgres.createDatabase(database);

  const cast = casts[plan.cast];
  const links = new Map<string, FaultProxy>();
  for (const name of cast) {
    for (const [server, { port }] of [["redis", redis] as const, ["postgres", postgres] as const]) {
      const link = await new FaultProxy(port).start();
      undo.add(() => link.stop());
      links.set(`${name}>${server}`, link);
    }
  }
  const linked = (name: string, url: string) => (links.get(name) as FaultProxy).urlFor(url);

  const tiktok = new SimulatedTikTok();
  undo.add(() => tiktok.stop());
  await tiktok.start();
  const room = tiktok.openRoom({ uniqueId: STREAMER, rate: ROOM_RATE, seed: plan.seed, record: true });
  const doers = acts(plan) ? await makeDoers(redis.url, postgres.urlOf(database), undo) : undefined;

  const services = new Map<string, ServiceProcess>();
  for (const name of cast) {
    const env = {
      TTLC_SERVICES: name.split("-")[0] as string,
      TTLC_NODE_ID: name,
      TTLC_DATA_DIR: dir,
      REDIS_URL: linked(`${name}>redis`, redis.url),
      DATABASE_URL: linked(`${name}>postgres`, postgres.urlOf(database)),
      SIGN_API_URL: tiktok.url,
      TIKTOK_WEB_HOST: tiktok.url,
      TIKTOK_WEBCAST_HOST: tiktok.url,
      LOG_LEVEL: "warn",
      ...(doers && waysOut(doers.outside)),
    };
    const args = name === "ingest" ? ["--user", STREAMER] : [];
    const service = new ServiceProcess(name, { root, dir, env, args });
    undo.add(() => service.close());
    services.set(name, service);
  }

  const archive = new Archive(redis.url, room);
  undo.add(() => archive.close());
  const producer = new Producer(redis.url, { seed: plan.seed, rate: PRODUCER_RATE });
  undo.add(() => producer.close());
  return { world: { redis, postgres, services, links, room, producer, archive, doers }, database };
}

/** Whom to send to, and what is wanted before anything happens. */
async function makeDoers(redisUrl: string, databaseUrl: string, undo: Undo): Promise<Doers> {
  const outside = new Outside();
  undo.add(() => outside.stop());
  await outside.start();
  await migrate(databaseUrl);
  const { channelId } = await withPool(databaseUrl, (db) => makeWishes(db, outside, STREAMER));
  const doers = new Doers(redisUrl, { outside, channelId });
  undo.add(() => doers.stop());
  await doers.start();
  return doers;
}

/** Without the canary. */
const waysOut = (outside: Outside) => ({
  EGRESS_ALLOW: outside.allowed,
  EULER_API_URL: `http://${outside.host("euler")}`,
  EULER_API_KEY: "key",
  EULER_OAUTH_TOKEN: "token",
  EULER_ACCOUNT: "chaos.bot",
});
