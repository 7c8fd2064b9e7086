import { setTimeout as sleep } from "node:timers/promises";
import { withPool } from "../../lib/servers/postgres-client.ts";
import { waitUntil } from "../../lib/servers/wait-until.ts";
import { rebuild } from "../../services/storage/rebuild.ts";
import { chat } from "../../simulator/person-messages.ts";
import type { SimulatedRoom } from "../../simulator/room.ts";
import { patientClient } from "./archive.ts";
import { check, type Evidence } from "./check.ts";
import { type ActionEvidence, checkActions } from "./check-actions.ts";
import { inject, type World } from "./faults.ts";
import { type Drain, surveyGroups } from "./groups.ts";
import { gatherActions, type Latency, latencyOf, nothingDone, surveyErrands } from "./outcome.ts";
import { acting, countKinds, drainLimits, ownerOf, type Plan } from "./plan.ts";
import { type Surroundings, setTheStage } from "./stage.ts";

/** Entries that are there before any consumer is. */
const EARLY = 50;
const START_MS = 90_000;
/** The room's actor waits longer after each failed attempt to connect. */
const RECONNECT_MS = 90_000;

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
  /** Rows of actions_log, those of replays among them. */
  decided: number;
  retold: number;
  /** From the receipt of a live event to a rule's decision. Told, and not judged: it is as the machine is. */
  decidedAfterMs: Latency;
  /** Webhooks, chat messages and measures that arrived outside. */
  arrived: number;
  undone: number;
  overdone: number;
  astray: number;
  /** Not stored before a FLUSHALL: a recorded loss. */
  flushed: number;
  crashed: number;
  unclean: number;
  /** Null: not looked at. */
  projectionsEqual: boolean | null;
  /** From the last healing until nothing was left to handle. */
  drainedInMs: number | null;
  ok: boolean;
}

/** Runs the services under load, breaks what the plan says, lets everything drain and compares. */
export async function run(plan: Plan, surroundings: Surroundings): Promise<{ verdict: Verdict; details: string[] }> {
  const { world, database } = await setTheStage(plan, surroundings);
  const startedAt = performance.now();
  await startUnderLoad(world);
  await breakThings(plan, world);

  await world.producer.stop();
  await retold(world, database);
  const silent = await silenceTheRoom(world);
  const drain = await drained(world, database, drainLimits(plan));
  const evidence = await gather(world, database, drain);
  const actions = await gatherDone(plan, world, database, performance.now() - startedAt);
  const { flushed, ...found } = check(evidence);
  const done = checkActions(actions);
  const findings = { ...found, ...done, disordered: [...found.disordered, ...done.disordered] };
  if (!silent) findings.stuck.push("ingest no longer publishes what the room says");
  const isFound = surroundings.isMutant && Object.values(findings).some((some) => some.length > 0);
  const projections = isFound ? [] : await rebuilt(world.postgres.urlOf(database));
  if (!isFound) await Promise.all([...world.services.values()].map((service) => service.terminate()));
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
      decided: actions.rows.length,
      retold: actions.rows.filter(({ isReplay }) => isReplay).length,
      decidedAfterMs: await withPool(world.postgres.urlOf(database), latencyOf),
      arrived: actions.hits.length + actions.roomHits.length,
      undone: findings.undone.length,
      overdone: findings.overdone.length,
      astray: findings.astray.length,
      flushed,
      crashed: crashed.length,
      unclean: unclean.length,
      projectionsEqual: isFound ? null : projections.length === 0,
      drainedInMs: drain.ms,
      ok: Object.values(faults).every((found) => found.length === 0),
    },
    details: Object.entries(faults).flatMap(([kind, found]) => examples(kind, found)),
  };
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

/** Resolves once every replay has come to its end, or not in time: that is found later. */
async function retold({ doers, postgres }: World, database: string): Promise<void> {
  if (!doers) return;
  await withPool(postgres.urlOf(database), (db) =>
    waitUntil(async () => {
      const running = await db.query(db.sql`select 1 from replays where state = 'running' limit 1`);
      return running.length === 0;
    }, RECONNECT_MS),
  );
}

/** Resolves once all is handled and done, or with what is not when the time is over. */
async function drained(
  world: World,
  database: string,
  { ms, withoutProgressMs }: ReturnType<typeof drainLimits>,
): Promise<Drain & { ms: number | null }> {
  const client = patientClient(world.redis.url, 5_000);
  const startedAt = performance.now();
  let last = { progress: "", at: startedAt };
  try {
    return await withPool(world.postgres.urlOf(database), async (db) => {
      for (;;) {
        const drain = await surveyGroups(client, { acts: world.doers !== undefined });
        const errands = world.doers && drain.isComplete ? await surveyErrands(db, world.doers.outside) : undefined;
        const now = performance.now();
        if (drain.isComplete && !errands?.left) return { ...drain, ms: Math.round(now - startedAt) };
        const progress = `${drain.progress} ${errands?.progress}`;
        if (progress !== last.progress) last = { progress, at: now };
        if (now - startedAt > ms || now - last.at > withoutProgressMs) return { ...drain, ms: null };
        await sleep(100);
      }
    });
  } finally {
    client.disconnect();
  }
}

/** Nothing where nobody acts. */
async function gatherDone(
  { faults }: Plan,
  { doers, archive, postgres }: World,
  database: string,
  ranMs: number,
): Promise<ActionEvidence> {
  const servers = ["redis", "postgres"];
  const disturbed = faults.filter(({ target }) => [...acting, ...servers].includes(ownerOf(target))).length;
  if (!doers) return { ...nothingDone, ranMs, disturbed };
  return withPool(postgres.urlOf(database), (db) => gatherActions(db, { archive, doers }, { ranMs, disturbed }));
}

/** Who gives up what the pipeline was to store; others give up what they were to act on. */
const recorders: readonly (string | undefined)[] = ["ingest", "normalizer", "storage"];

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
    raw: raw.filter(({ isReplay }) => !isReplay),
    events: events.filter(({ isReplay }) => !isReplay),
    dlq: dlq.filter(({ stage }) => recorders.includes(stage)),
    flushedUpTo,
    confirmed: producer.confirmed,
    rooms: new Map([[room.roomId, published]]),
    sent: new Map([[room.roomId, room.sent.messages]]),
    isUnfinished: drain.isUnfinished,
    stored: await db.query(db.sql`
      select event_id as "eventId", stream_id as "streamId", raw_type as "rawType", msg_id as "msgId" from events`),
    letters: await db.query(db.sql`
      select stream, entry_id as "entryId", reason, stage from dead_letters where stage = any(${recorders})`),
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
