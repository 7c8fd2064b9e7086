import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import type { Service, ServiceSchema, ServiceSettingSchema } from "moleculer";
import type { Config } from "../contracts/config.ts";
import type { StreamMessages, StreamName } from "../contracts/streams.ts";
import { type Consumers, defineMixin } from "../lib/define-service.ts";
import { Appender } from "./streams/appender.ts";
import { encodeRow } from "./streams/codec.ts";
import { connect } from "./streams/connection.ts";
import { GroupConsumer } from "./streams/group-consumer.ts";
import { Janitor } from "./streams/janitor.ts";
import type { GroupForm } from "./streams/membership.ts";
import { type Patience, patience } from "./streams/patience.ts";
import { StreamStats } from "./streams/stats.ts";
import { TailConsumer, type TailForm } from "./streams/tail-consumer.ts";

/** The connection for commands, for who only speaks on it. */
export type Commands = Redis;

export interface Streams {
  /** For commands that do not block. Rejects at once while Redis is away; see isOutage in lib/errors.ts. */
  redis: Redis;
  /** Appends one message; resolves with the entry id Redis gave it. Never trims. Rejects if Redis is away. */
  publish<Name extends StreamName>(stream: Name, message: StreamMessages[Name]): Promise<string>;
}

type Host = Service<ServiceSettingSchema & { streams?: Partial<Patience> }> & { config: Config } & Streams & {
    $appender: Appender;
    /** Members of the groups that `consumes` names. */
    $consumers: (GroupConsumer | TailConsumer)[];
    $janitor: Janitor;
    $stats: StreamStats;
  };

/**
 * The `ttlc:*` Redis Streams for a Moleculer service: `publish`, and `consumes` on its schema (lib/define-service.ts).
 * A service starts even when Redis is away; its consumers wait for it. `settings.streams` changes `patience`.
 */
export const streams = defineMixin<Streams>()({
  methods: {
    async publish<Name extends StreamName>(this: Host, stream: Name, message: StreamMessages[Name]) {
      return await this.$appender.append(stream, encodeRow([], stream, message));
    },
  },

  actions: {
    /** What the consumers of this service on this node have done, for the gateway's metrics. */
    streamStats() {
      return (this as unknown as Host).$stats.asJSON();
    },
  },

  /** Around the service's own hooks: its handlers run only while everything they need is up. */
  merged(schema: ServiceSchema) {
    schema.started = [openCommands, schema.started ?? [], startConsumers].flat() as ServiceSchema["started"];
    // Moleculer calls these from the last to the first.
    schema.stopped = [closeCommands, schema.stopped ?? [], stopConsumers].flat() as ServiceSchema["stopped"];
  },
});

async function openCommands(this: Host) {
  this.$stats = new StreamStats(this.broker.nodeID, this.name);
  this.redis = open(this, "commands");
  this.$appender = new Appender(this.redis);
  await settled(this.redis);
}

function startConsumers(this: Host) {
  const { consumes = {} } = this.schema as { consumes?: Consumers };
  const shared = {
    commands: this.redis,
    service: this,
    logger: this.logger,
    patience: { ...patience, ...this.settings.streams },
  };
  const { nodeID } = this.broker;
  this.$consumers = Object.entries(consumes).flatMap(([name, consumer]): (GroupConsumer | TailConsumer)[] => {
    const stream = name as StreamName;
    if ("tail" in consumer) {
      const form = consumer as TailForm;
      const group = `${form.tail}:${nodeID}`;
      return [new TailConsumer({ ...shared, stream, consumer: form, group, reader: open(this, "reader") })];
    }
    const form = consumer as GroupForm;
    return Array.from({ length: form.members ?? 1 }, () => {
      const member = `${nodeID}:${process.pid}:${randomUUID().slice(0, 8)}`;
      const stats = this.$stats.ofConsumer(stream, form.group);
      return new GroupConsumer({
        ...shared,
        stream,
        consumer: form,
        name: member,
        stats,
        reader: open(this, "reader"),
      });
    });
  });
  for (const consumer of this.$consumers) consumer.start();
  this.$janitor = new Janitor({
    redis: this.redis,
    logger: this.logger,
    token: randomUUID(),
    onTrimmed: (stream, entries) => this.$stats.trimmed(stream, entries),
  });
  this.$janitor.start();
}

async function stopConsumers(this: Host) {
  await Promise.all([this.$janitor?.stop(), ...(this.$consumers ?? []).map((consumer) => consumer.stop())]);
}

function closeCommands(this: Host) {
  this.redis?.disconnect();
}

/** Keeps trying to connect until it is disconnected; who uses it meanwhile sees each command fail. */
function open({ config, logger }: Host, purpose: "commands" | "reader"): Redis {
  const redis = connect(config.REDIS_URL as string, purpose);
  redis.on("error", (error) => logger.debug({ purpose, err: error }, "Redis connection"));
  redis.connect().catch(() => {});
  return redis;
}

/** The first connection, or the first failure to connect: a service must start while Redis is away. */
function settled(redis: Redis): Promise<void> {
  return new Promise((resolve) => {
    redis.once("ready", resolve);
    redis.once("close", resolve);
  });
}
