import { hostname } from "node:os";
import type { BrokerOptions } from "moleculer";
import { type Config, configSchema } from "./contracts/config.ts";
import { JsonSchemaValidator } from "./lib/json-schema-validator.ts";
import { brokerLogger, logLevel, requestScope } from "./lib/logging.ts";
import { startInOrder } from "./lib/start-in-order.ts";
import { nextNode, RedisTransporter, remoteDeadline } from "./lib/transporter.ts";

/** What the broker of this process is made of. Bins handle signals themselves: the servers stop after the broker. */
export default function brokerOptions(config: Config): BrokerOptions {
  return {
    namespace: "ttlc",
    nodeID: config.TTLC_NODE_ID ?? nodeName(config.TTLC_SERVICES),
    config,
    logger: brokerLogger(config),
    logLevel: logLevel(config),
    middlewares: [requestScope, startInOrder, remoteDeadline, nextNode],
    validator: new JsonSchemaValidator(),
    transporter: config.REDIS_URL ? new RedisTransporter(config.REDIS_URL) : null,
    serializer: "JSONExt", // keeps Date and Buffer
    requestTimeout: 10_000,
    heartbeatInterval: 2,
    heartbeatTimeout: 6,
    tracking: { enabled: true, shutdownTimeout: 5_000 },
    skipProcessEventRegistration: true,
  };
}

/** `host`, or `host-ingest-normalizer` for a process that runs only some of the services. */
function nodeName(services: string): string {
  const all = services === configSchema.properties.TTLC_SERVICES.default;
  return all ? hostname() : `${hostname()}-${services.replaceAll(",", "-")}`;
}
