import { type Context, ServiceBroker } from "moleculer";
import { loadConfig } from "../../../lib/config.ts";
import brokerOptions from "../../../moleculer.config.ts";

/** A broker that logs, in every form there is, what must not be shown: each CANARY stands for a secret. */
const broker = new ServiceBroker(brokerOptions(loadConfig()));
const secret = broker.options.config?.EULER_API_KEY;

broker.createService({
  name: "logtest",
  actions: {
    leak(ctx: Context) {
      const { logger } = this;
      logger.error("console style", new Error("lost without the hook"));
      logger.error({ err: new Error("pino style", { cause: new Error("and its cause") }) }, "failed");
      logger.info({ token: "CANARY1", nested: { deep: { deeper: { password: "CANARY2" } } } }, "object");
      logger.info("cookie sessionid=CANARY3; other=1");
      logger.error(new Error("connect to redis://user:CANARY4@host failed, Authorization: Bearer CANARY5"));
      logger.warn("text with a secret", { headers: { authorization: "Bearer CANARY6" } });
      logger.warn("the key is %s", secret);
      logger.error({ err: Object.assign(new Error(`bad answer for ${secret}`), { code: "E_KEY" }) });
      logger.info('line\nbreak {"level":60} \u001b[2J 100%');
      return ctx.emit("logtest.done");
    },
    fail() {
      throw new Error("postgres://u:CANARY7@h refused");
    },
  },
  events: {
    "logtest.done"() {
      this.logger.info("event handled");
    },
  },
});

await broker.start();
await broker.call("logtest.leak", {}, { requestID: "req-42" });
await broker.call("logtest.fail").catch((err) => broker.logger.error("call failed", err));
broker.logger.info("outside any call");
await broker.stop();
