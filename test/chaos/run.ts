import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { withPool } from "../../lib/servers/postgres-client.ts";
import { waitUntil } from "../../lib/servers/wait-until.ts";
import { rebuild } from "../../services/storage/rebuild.ts";
import { chat } from "../../simulator/person-messages.ts";
import type { SimulatedRoom } from "../../simulator/room.ts";
import { SimulatedTikTok } from "../../simulator/server.ts";
import { FaultProxy } from "../support/fault-proxy.ts";
import { Archive, patientClient } from "./archive.ts";
import { check, type Evidence } from "./check.ts";
import { inject, type World } from "./faults.ts";
import { type Drain, surveyGroups } from "./groups.ts";
import { Producer } from "./load.ts";
import { cast, countKinds, drainLimits, ownerOf, type Plan } from "./plan.ts";
import { type ChaosPostgres, ChaosRedis } from "./servers.ts";
import { ServiceProcess } from "./service-process.ts";
import type { Undo } from "./undo.ts";

const ROOM_RATE = 200;
const PRODUCER_RATE = 100;
/** Entries that are there before any consumer is. */
const EARLY = 50;
const START_MS = 90_000;
/** The room's actor waits longer after each failed attempt to connect. */
const RECONNECT_MS = 90_000;

export interface Surroundings {
  /** The tree of ttlc that is run. */
  root: string;
  /** A folder for this run. */
  dir: string;
  postgres: ChaosPostgres;
  /** What was started is added to it; who calls runs it, also when the run fails or is interrupted. */
  undo: Undo;
}

/** The outcome: counts of what was promised, of what is there and of what is wrong. */
export interface Verdict {
  seed: number;
  seconds: number;
  faults: ReturnType<typeof countKinds>;
  attempted: number;
  acknowledged: number;
  stored: number;
  deadLettered: number;
  lost: number;
  unexpected: number;
  duplicated: number;
  stuck: number;
  disordered: number;
  uncovered: number;
  /** Not stored before a FLUSHALL: a recorded loss. */
  flushed: number;
  crashed: number;
  unclean: number;
  projectionsEqual: boolean;
  /** From the last healing until nothing was left to handle. */
  drainedInMs: number | null;
  ok: boolean;
}

/** Runs the services under load, breaks what the plan says, lets everything drain and compares. */
export async function run(plan: Plan, surroundings: Surroundings): Promise<{ verdict: Verdict; details: string[] }> {
  const { world, database } = await setTheStage(plan, surroundings);
  await startUnderLoad(world);
  await breakThings(plan, world);

  await world.producer.stop();
  const silent = await silenceTheRoom(world);
  const drain = await drained(world, drainLimits(plan));
  const evidence = await gather(world, database, drain);
  const projections = await rebuilt(world.postgres.urlOf(database));
  await Promise.all([...world.services.values()].map((service) => service.terminate()));

  const { flushed, ...findings } = check(evidence);
  if (!silent) findings.stuck.push("ingest no longer publishes what the room says");
  const misconduct = [...world.services.values()].map((service) => service.misconduct);
  const [crashed, unclean] = [misconduct.flatMap((one) => one.crashed), misconduct.flatMap((one) => one.unclean)];
  const faults = { ...findings, crashed, unclean, projections };
  return {
    verdict: {
      seed: plan.seed,
      seconds: plan.seconds,
      faults: countKinds(plan),
      attempted: world.producer.attempted + world.room.sent.total,
      acknowledged: evidence.raw.length + evidence.confirmed.filter(({ stream }) => stream === "ttlc:events").length,
      stored: evidence.stored.length,
      deadLettered: evidence.letters.length,
      lost: findings.lost.length,
      unexpected: findings.unexpected.length,
      duplicated: findings.duplicated.length,
      stuck: findings.stuck.length,
      disordered: findings.disordered.length,
      uncovered: findings.uncovered.length,
      flushed,
      crashed: crashed.length,
      unclean: unclean.length,
      projectionsEqual: projections.length === 0,
      drainedInMs: drain.ms,
      ok: Object.values(faults).every((found) => found.length === 0),
    },
    details: Object.entries(faults).flatMap(([kind, found]) => examples(kind, found)),
  };
}

/** Servers, links, processes that are not started yet, a room and a producer. */
async function setTheStage(
  { seed }: Plan,
  { root, dir, postgres, undo }: Surroundings,
): Promise<{ world: World; database: string }> {
  await mkdir(dir, { recursive: true });
  const redis = new ChaosRedis(join(dir, "redis"));
  undo.add(() => redis.close());
  await redis.start();
  const database = `chaos_${Date.now()}`;
  await postgres.createDatabase(database);

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
  const room = tiktok.openRoom({ uniqueId: "alice", rate: ROOM_RATE, seed, record: true });

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
    };
    const service = new ServiceProcess(name, { root, dir, env, args: name === "ingest" ? ["--user", "alice"] : [] });
    undo.add(() => service.close());
    services.set(name, service);
  }

  const archive = new Archive(redis.url);
  undo.add(() => archive.close());
  const producer = new Producer(redis.url, { seed, rate: PRODUCER_RATE });
  undo.add(() => producer.close());
  return { world: { redis, postgres, services, links, room, producer, archive }, database };
}

/** The consumers come late: what was there before them is theirs too. */
async function startUnderLoad(world: World): Promise<void> {
  world.archive.start();
  world.producer.start();
  await awaited("the producer's first entries", () => world.archive.raw.length >= EARLY);
  for (const service of world.services.values()) service.start();
  await awaited("all services to run", () => allRun(world));
  await awaited("the room's first messages", () => world.archive.raw.some(ofRoom(world.room)));
}

/** Carries out the plan; resolves once its time is over and everything is healed. */
async function breakThings({ seconds, faults }: Plan, world: World): Promise<void> {
  const startedAt = performance.now();
  const until = (ms: number) => sleep(Math.max(0, startedAt + ms - performance.now()));
  /** The faults of one thing, one after the other, though a start may take longer than was planned. */
  const ofOwner = new Map<string, Promise<void>>();
  for (const fault of faults) {
    await until(fault.atMs);
    const owner = ownerOf(fault.target);
    const broken = (ofOwner.get(owner) ?? Promise.resolve()).then(() => inject(world, fault));
    broken.catch(() => {}); // thrown below
    ofOwner.set(owner, broken);
  }
  await until(seconds * 1_000);
  await Promise.all(ofOwner.values());
  await awaited("all services to run again", () => allRun(world));
}

const allRun = ({ services }: World) => [...services.values()].every(({ isRunning }) => isRunning);

const ofRoom =
  ({ roomId }: SimulatedRoom) =>
  ({ streamId }: { streamId: string }) =>
    streamId === roomId;

async function awaited(what: string, condition: () => boolean): Promise<void> {
  if (!(await waitUntil(condition, START_MS))) throw new Error(`waited ${START_MS} ms in vain for ${what}`);
}

/** Ends the show and then ingest. True once a last message came through: then nothing is left in its queue. */
async function silenceTheRoom({ room, archive, services }: World): Promise<boolean> {
  room.pause();
  const last = new Set<string>();
  const cameThrough = await waitUntil(async () => {
    const message = room.message(chat(room.host, { content: "the last words" }));
    last.add(message.msgId);
    room.send([message]);
    await sleep(300);
    return archive.raw.slice(-100).some(({ msgId }) => last.has(msgId));
  }, RECONNECT_MS);
  await services.get("ingest")?.terminate();
  return cameThrough;
}

/** Resolves once the groups have handled everything, or with what they have not when the time is over. */
async function drained(
  { redis }: World,
  { ms, withoutProgressMs }: ReturnType<typeof drainLimits>,
): Promise<Drain & { ms: number | null }> {
  const client = patientClient(redis.url, 5_000);
  const startedAt = performance.now();
  let last = { progress: "", at: startedAt };
  try {
    for (;;) {
      const drain = await surveyGroups(client);
      const now = performance.now();
      if (drain.isComplete) return { ...drain, ms: Math.round(now - startedAt) };
      if (drain.progress !== last.progress) last = { progress: drain.progress, at: now };
      if (now - startedAt > ms || now - last.at > withoutProgressMs) return { ...drain, ms: null };
      await sleep(100);
    }
  } finally {
    client.disconnect();
  }
}

async function gather(
  { redis, room, producer, archive, postgres }: World,
  database: string,
  drain: Drain,
): Promise<Evidence> {
  await archive.finish();
  const client = patientClient(redis.url, 5_000);
  const published = Number(await client.hget(`ttlc:room:${room.roomId}`, "published"));
  client.disconnect();
  const { raw, events, dlq, flushedUpTo } = archive;
  return withPool(postgres.urlOf(database), async (db) => ({
    raw,
    events,
    dlq,
    flushedUpTo,
    confirmed: producer.confirmed,
    rooms: new Map([[room.roomId, published]]),
    sent: new Map([[room.roomId, room.sent.messages]]),
    isUnfinished: drain.isUnfinished,
    stored: await db.query(db.sql`
      select event_id as "eventId", stream_id as "streamId", raw_type as "rawType", msg_id as "msgId" from events`),
    letters: await db.query(db.sql`select stream, entry_id as "entryId", reason from dead_letters`),
  }));
}

/** The projections that are not what a rebuild makes of the events. */
const rebuilt = (url: string): Promise<string[]> =>
  withPool(url, async (db) => {
    const { tables } = await rebuild(db, { replace: false }, new AbortController().signal);
    return tables
      .filter((table) => table.differing > 0)
      .map(({ name, rows, differing }) => `${name}: ${differing} of ${rows} rows`);
  });

const MAX_EXAMPLES = 5;

function examples(kind: string, found: readonly string[]): string[] {
  const shown = found.slice(0, MAX_EXAMPLES).map((line) => `${kind}: ${line}`);
  return found.length > MAX_EXAMPLES ? [...shown, `${kind}: and ${found.length - MAX_EXAMPLES} more`] : shown;
}
