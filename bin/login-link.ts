import { loadConfig } from "../lib/config.ts";
import { StartError } from "../lib/errors.ts";
import { gatewayAddress, newLoginLink } from "../lib/login-link.ts";
import { runningRedis } from "../lib/servers/redis.ts";
import { exitWith } from "./terminal.ts";

try {
  const config = loadConfig();
  const url = config.REDIS_URL ?? (await runningRedis(config.TTLC_DATA_DIR));
  if (!url) throw new StartError("ttlc is not running here: start it with `npm start`, or set REDIS_URL to its Redis.");
  console.log(await newLoginLink(url, gatewayAddress(config)));
} catch (error) {
  exitWith(error);
}
