import { loadConfig } from "../../../lib/config.ts";
import { HotBroker } from "../../../lib/hot-reload/hot-broker.ts";

/** `hot-broker.ts ROOT NAMES`: runs the named services (or `*`) of a checkout; calls the actions its parent sends. */
const [root = "", names = "*"] = process.argv.slice(2);
const wanted = (name: string) => names === "*" || names.split(",").includes(name);
const hot = new HotBroker({
  root,
  config: loadConfig(),
  wanted,
  onReload: (name) => process.send?.({ reloaded: name }),
});

process.on("message", async (action: string) => {
  const answer = await hot.broker.call(action).catch((error: Error) => error.name);
  process.send?.({ action, answer });
});
process.once("SIGTERM", async () => {
  await hot.stop();
  process.exit(0);
});
await hot.start();
process.send?.({ up: true });
