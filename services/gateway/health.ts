import type { Service } from "moleculer";
import { requiredGroups } from "../../contracts/streams.ts";
import { isOutage } from "../../lib/errors.ts";
import { alarmsOf } from "../../mixins/streams/alarms.ts";
import { pairs } from "../../mixins/streams/reply.ts";
import { surveyStreams } from "../../mixins/streams/survey.ts";
import type { Streams } from "../../mixins/streams.mixin.ts";
import { askDestinations, destinationAlarmsOf } from "./destination-alarms.ts";
import { askRooms } from "./facts.ts";
import { roomAlarmsOf } from "./room-alarms.ts";

/** A group that is further behind than this, in seconds: what a client is shown here is no longer what is happening. */
const TOO_LATE_SECONDS = 300;

/** A part that does not answer within this is not there. */
const PATIENCE_MS = 2_000;

type Host = Pick<Service, "broker"> & Pick<Streams, "redis">;

/** Which parts answer, for a person. */
export async function partsOf({ broker, redis }: Host): Promise<Record<string, "up" | "down">> {
  const parts: Record<string, () => Promise<unknown>> = {
    redis: () => redis.ping(),
    postgres: () => askStorage(broker),
    ...Object.fromEntries(
      ["ingest", "normalizer", "storage", "rules"].map((name) => [name, async () => find(broker, name)]),
    ),
  };
  const states = Object.entries(parts).map(async ([name, ask]) => [name, await ask().then(up, down)] as const);
  return Object.fromEntries(await Promise.all(states));
}

/** What must be there before this gateway is of use, and is not: empty when it is ready. */
export async function missingParts({ broker, redis }: Host): Promise<string[]> {
  const checks = [
    redis.ping().then(nothing, () => "Redis does not answer"),
    askStorage(broker).then(nothing, () => "Postgres does not answer (through storage)"),
    ...Object.entries(requiredGroups).flatMap(([stream, groups]) =>
      groups.map((group) =>
        hasGroup(redis, stream, group).then(
          (there) => (there ? null : `${stream} has no group ${group} yet: does the service run?`),
          (error) => (isOutage(error) ? null : `${stream} does not exist yet`),
        ),
      ),
    ),
  ];
  const [problems, late] = await Promise.all([Promise.all(checks), tooLate(redis)]);
  return [...problems.filter((problem) => problem !== null), ...late];
}

/** Required groups that are far behind; none while Redis cannot be asked, which is a problem of its own. */
async function tooLate(redis: Host["redis"]): Promise<string[]> {
  const surveys = await surveyStreams(redis).catch(() => []);
  return surveys.flatMap(({ stream, groups }) => {
    const required: readonly string[] = requiredGroups[stream] ?? [];
    return groups
      .filter(({ group, behindSeconds }) => required.includes(group) && behindSeconds > TOO_LATE_SECONDS)
      .map(({ group, behindSeconds }) => `${group} is ${Math.floor(behindSeconds)} s behind on ${stream}`);
  });
}

/** The alarms that are raised, `name: what is wrong`; none of who cannot be asked. */
export async function alarms({ broker, redis }: Host): Promise<string[]> {
  const [surveys, rooms, destinations] = await Promise.all([
    surveyStreams(redis).catch(() => []),
    askRooms(broker),
    askDestinations(broker),
  ]);
  return [...alarmsOf(surveys), ...roomAlarmsOf(rooms ?? []), ...destinationAlarmsOf(destinations)].map(
    ({ name, text }) => `${name}: ${text}`,
  );
}

/** What an operator should know although all is there (DESIGN rule 6). */
export async function warnings({ broker, redis }: Host): Promise<string[]> {
  const facts = `${await redis.info("persistence")}\n${await redis.info("memory")}`;
  return [
    ...(/^aof_enabled:0/m.test(facts) ? ["Redis keeps no append-only file: a crash may lose what was confirmed"] : []),
    ...(/^maxmemory_policy:(?!noeviction)/m.test(facts)
      ? ["Redis may evict: its maxmemory-policy is not noeviction"]
      : []),
    ...(await alarms({ broker, redis })),
  ];
}

const askStorage = (broker: Service["broker"]) => broker.call("storage.boundary", {}, { timeout: PATIENCE_MS });

function find(broker: Service["broker"], name: string): void {
  const services = broker.registry.getServiceList({ onlyAvailable: true });
  if (!services.some((service) => service.name === name)) throw new Error(`no ${name}`);
}

async function hasGroup(redis: Host["redis"], stream: string, group: string): Promise<boolean> {
  const groups = (await redis.xinfo("GROUPS", stream)) as unknown[][];
  return groups.some((facts) => pairs(facts).name === group);
}

const up = () => "up" as const;
const down = () => "down" as const;
const nothing = () => null;
