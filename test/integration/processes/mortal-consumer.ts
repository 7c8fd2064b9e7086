import { Redis } from "ioredis";
import { ServiceBroker } from "moleculer";
import { loadConfig } from "../../../lib/config.ts";
import { defineService } from "../../../lib/define-service.ts";
import { streams } from "../../../mixins/streams.mixin.ts";
import brokerOptions from "../../../moleculer.config.ts";
import { quick } from "../../support/stream-messages.ts";

/** `mortal-consumer.ts SEQNO`: puts what it handles on the list `handled`, in batches; the one with this seqNo kills it. */
const deadly = Number(process.argv[2]);
const config = loadConfig();
const effects = new Redis(config.REDIS_URL as string);
const broker = new ServiceBroker(brokerOptions(config));

broker.createService(
  defineService({
    name: "normalizer",
    mixins: [streams],
    settings: { streams: quick },
    consumes: {
      "ttlc:raw": {
        group: "normalizer",
        async batch(entries) {
          if (entries.some(({ message }) => message.seqNo === deadly)) process.kill(process.pid, "SIGKILL");
          await effects.rpush("handled", ...entries.map(({ message }) => message.seqNo));
        },
      },
    },
  }),
);
await broker.start();
