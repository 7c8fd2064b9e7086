import { setTimeout as sleep } from "node:timers/promises";
import { ServiceBroker } from "moleculer";
import type { Config } from "../contracts/config.ts";
import type { RoomStatus } from "../contracts/room.ts";
import brokerOptions from "../moleculer.config.ts";
import { firstAdminKey } from "./admin-key.ts";
import { ask } from "./ask.ts";
import { isOutage, StartError } from "./errors.ts";
import { gatewayAddress, LOGIN_MINUTES, newLoginLink } from "./login-link.ts";
import { migrate } from "./migrate.ts";
import type { WantedReplay } from "./replay-options.ts";
import { followReplay } from "./replay-progress.ts";
import { dataFolder } from "./servers/data-folder.ts";
import { hostOf } from "./servers/host.ts";
import { freePort, listenFault } from "./servers/ports.ts";
import { startPostgres } from "./servers/postgres.ts";
import { postgresFaults } from "./servers/postgres-safety.ts";
import { startRedis } from "./servers/redis.ts";
import { redisFaults } from "./servers/redis-safety.ts";
import type { Server } from "./servers/shared-server.ts";
import { unreachable } from "./servers/unreachable.ts";
import { loadService, serviceFiles } from "./service-files.ts";
import { stopInOrder } from "./stop-in-order.ts";

/** Takes one line for the person at the terminal: never through the logger, as some are secret. */
export interface Terminal {
  say(label: string, text: string): void;
  /** A line that the next one replaces: on a real terminal only. */
  show(label: string, text: string): void;
  /** Whether a person reads it, so that a secret may be shown. */
  personal: boolean;
}

/** Something that runs; `stop` resolves once all of it has ended. */
export interface Running {
  /** As read, with the URLs of the servers that were started and the port that was chosen. */
  config: Config;
  stop(): Promise<void>;
}

const SIMULATED_ROOM = "simulated_room";
/** Before the room of the start is asked for again, while storage is away; and before that is said. */
const ASK_AGAIN_MS = 200;
const SOON_MS = 2_000;

/**
 * Everything of `npm start`: servers, migrations, services, the room, and how to get in.
 *
 * @param replay instead of a simulated room
 */
export async function launch(read: Config, terminal: Terminal, replay?: WantedReplay): Promise<Running> {
  const files = serviceFiles(read.TTLC_SERVICES);
  const servers = await prepare(read, terminal);
  const { config } = servers;
  const broker = new ServiceBroker(brokerOptions(config));
  const stopping = new AbortController();
  const stop = async () => {
    stopping.abort();
    await stopInOrder(broker, config.REDIS_URL);
    await servers.stop();
  };
  try {
    for (const file of files) broker.createService(await loadService(file));
    await startBroker(broker, config);
    terminal.say("Services", config.TTLC_SERVICES.split(",").join(", "));
    const takesRoom = broker.getLocalService("ingest") && (!replay || config.TIKTOK_UNIQUE_ID);
    if (takesRoom) await connectRoom(broker, config, terminal, stopping.signal);
    if (broker.getLocalService("gateway")) await showTheWayIn(config, terminal);
    if (replay) void followReplay(broker, replay, terminal, stopping.signal);
    return { config, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What services need before they can start: Redis and Postgres that are fit, with the tables of this version. */
export async function prepare(read: Config, { say }: Pick<Terminal, "say">): Promise<Running> {
  const port = await gatewayPort(read);
  if (!read.REDIS_URL || !read.DATABASE_URL) await dataFolder(read.TTLC_DATA_DIR);
  const [redis, postgres] = await together(
    startRedis({ dataDir: read.TTLC_DATA_DIR, url: read.REDIS_URL }),
    startPostgres({ dataDir: read.TTLC_DATA_DIR, url: read.DATABASE_URL }),
  );
  const stop = async () => {
    await Promise.all([redis.stop(), postgres.stop()]);
  };
  try {
    say("Redis", redis.kind);
    say("Postgres", postgres.kind);
    await assertFit(redis.url, read, say);
    const applied = await migrate(postgres.url);
    say("Migrations", applied.length > 0 ? `${applied.length} applied, to ${applied.at(-1)}` : "nothing to apply");
    await assertDurable(postgres.url, read, say);
    const config = Object.freeze({ ...read, API_PORT: port, REDIS_URL: redis.url, DATABASE_URL: postgres.url });
    return { config, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Both, or neither. */
async function together(...starting: [Promise<Server>, Promise<Server>]): Promise<[Server, Server]> {
  const outcomes = await Promise.allSettled(starting);
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (!failed) return Promise.all(starting);
  await Promise.all(outcomes.map((outcome) => outcome.status === "fulfilled" && outcome.value.stop()));
  throw failed.reason;
}

/** The port the gateway will listen on; tried before anything is started. */
async function gatewayPort({ API_HOST, API_PORT, TTLC_SERVICES }: Config): Promise<number> {
  if (!TTLC_SERVICES.split(",").includes("gateway")) return API_PORT;
  if (API_PORT === 0) return freePort();
  const fault = await listenFault(API_HOST, API_PORT);
  if (fault) throw new StartError(portMessage(fault, API_HOST, API_PORT));
  return API_PORT;
}

function portMessage(code: string, host: string, port: number): string {
  if (code === "EADDRINUSE")
    return `API_PORT ${port} is in use: stop what listens there, or set API_PORT to another port.`;
  if (code === "EACCES") return `API_PORT ${port} is not allowed to this user: set API_PORT to a port from 1024.`;
  return `API_HOST ${host} is no address of this machine (${code}): set API_HOST to 127.0.0.1, or to 0.0.0.0 in a container.`;
}

/** Refuses a Redis that would lose what it confirmed, unless it is ours or said to be replicated. */
async function assertFit(url: string, { REDIS_URL, REDIS_DURABILITY }: Config, say: Terminal["say"]): Promise<void> {
  const faults = await redisFaults(url).catch((cause) => {
    throw unreachable("Redis", "REDIS_URL", url, cause);
  });
  if (faults.length === 0 || !REDIS_URL) return; // what ours cannot do, its line says
  if (REDIS_DURABILITY === "replicated") say("", `Warning: ${faults.join("; ")}. Replicas must keep the data.`);
  else {
    throw new StartError(
      `Redis would lose data: ${faults.join("; ")}. Set that, or REDIS_DURABILITY=replicated if it is a managed, replicated Redis.`,
    );
  }
}

/** Refuses a Postgres that would lose what it confirmed, unless it is ours. Warns of what only a power cut shows. */
async function assertDurable(url: string, { DATABASE_URL }: Config, say: Terminal["say"]): Promise<void> {
  const { loses, risks } = await postgresFaults(url);
  if (DATABASE_URL && loses.length > 0) {
    throw new StartError(`Postgres at ${hostOf(url)} would lose data: ${loses.join("; ")}.`);
  }
  const faults = [...loses, ...risks];
  if (faults.length > 0) say("", `Warning: Postgres: ${faults.join("; ")}.`);
}

async function startBroker(broker: ServiceBroker, { API_PORT, API_HOST }: Config): Promise<void> {
  try {
    await broker.start();
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === "listen" && code) throw new StartError(portMessage(code, API_HOST, API_PORT), { cause: error });
    throw error;
  }
}

/**
 * The room of TIKTOK_UNIQUE_ID; else those of an earlier start; else a simulated one where the simulator runs in this
 * process, until one is named. That it cannot be had now is no reason not to start: it is asked for until `signal`.
 */
export async function connectRoom(
  broker: ServiceBroker,
  config: Config,
  { say }: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const ask = () => roomOfStart(broker, config);
  const soon = await untilDone(ask, AbortSignal.any([signal, AbortSignal.timeout(SOON_MS)]));
  say("Room", soon ?? "not connected yet: storage does not answer");
  if (soon === undefined) void untilDone(ask, signal).then((text) => text && say("Room", text));
}

/** Connects it, and says what is followed. */
async function roomOfStart(broker: ServiceBroker, config: Config): Promise<string> {
  const uniqueId = config.TIKTOK_UNIQUE_ID?.replace(/^@/, "");
  const wanted = await ask<{ uniqueId: string }[]>(broker, "storage.wantedRooms");
  const named = wanted.filter((room) => room.uniqueId !== SIMULATED_ROOM);
  if (uniqueId && named.length < wanted.length) await broker.call("ingest.disconnect", { uniqueId: SIMULATED_ROOM });
  if (!uniqueId && named.length > 0) return `${namesOf(named)}, as before`;
  if (!uniqueId && !broker.getLocalService("simulator")) {
    return "none yet: name one with --user NAME, on the dashboard or by POST /streams";
  }
  const room = await broker.call<RoomStatus, object>("ingest.connect", {
    uniqueId: uniqueId ?? SIMULATED_ROOM,
    provider: uniqueId ? config.INGEST_PROVIDER : "simulator",
  });
  const name = room.simulated ? "a simulated room (for a real one: npm start -- --user NAME)" : `@${room.uniqueId}`;
  const others = named.filter((other) => other.uniqueId !== room.uniqueId);
  return `${name}, ${room.state}${others.length > 0 ? `; as before ${namesOf(others)}` : ""}`;
}

/** A few by name. */
function namesOf(rooms: readonly { uniqueId: string }[]): string {
  const names = rooms.slice(0, 3).map(({ uniqueId }) => `@${uniqueId}`);
  return rooms.length > names.length ? `${names.join(", ")} and ${rooms.length - names.length} more` : names.join(", ");
}

/** What it answers, or why it never will; undefined when a part of ttlc was away until `signal` came. */
async function untilDone(ask: () => Promise<string>, signal: AbortSignal): Promise<string | undefined> {
  while (!signal.aborted) {
    try {
      return await ask();
    } catch (error) {
      if (!isOutage(error)) return `not connected: ${(error as Error).message}`;
      await sleep(ASK_AGAIN_MS, undefined, { signal }).catch(() => {});
    }
  }
  return undefined;
}

export async function showTheWayIn(config: Config, { say, personal }: Terminal): Promise<void> {
  const address = gatewayAddress(config);
  if (personal) {
    const key = config.TTLC_ADMIN_KEY ? null : await firstAdminKey(config.DATABASE_URL as string);
    if (key) say("Admin key", `${key}   shown only now: keep it for the API`);
    const link = await newLoginLink(config.REDIS_URL as string, address);
    say("Log in", `${link}   once, within ${LOGIN_MINUTES} minutes; another: npm run login-link`);
  }
  say("Open", address);
}
