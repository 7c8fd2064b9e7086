import { ServiceBroker, type ServiceSchema } from "moleculer";
import type { Config } from "../../contracts/config.ts";
import { waitUntil } from "../../lib/servers/wait-until.ts";
import brokerOptions from "../../moleculer.config.ts";

/**
 * Runs a test on a started broker with these services, and stops it whatever happens. Rejects when they leave a
 * connection, a listener or a child process behind.
 */
export async function withBroker<Result>(
  services: readonly ServiceSchema[],
  config: Config,
  test: (broker: ServiceBroker) => Promise<Result>,
): Promise<Result> {
  const before = handles();
  const broker = new ServiceBroker(brokerOptions(config));
  for (const service of services) broker.createService(service);
  let result: Result;
  try {
    await broker.start();
    result = await test(broker);
  } finally {
    await broker.stop();
  }
  let left: string[] = [];
  await waitUntil(() => {
    left = missing(before, handles());
    return left.length === 0;
  }, 2000);
  if (left.length) throw new Error(`The services left open: ${left.join(", ")}`);
  return result;
}

/** What the process holds open to the outside. */
const handles = () =>
  process.getActiveResourcesInfo().filter((name) => /^(TCPSocketWrap|TCPServerWrap|ProcessWrap)$/.test(name));

/** What is in `after` beyond what is in `before`. */
function missing(before: readonly string[], after: readonly string[]): string[] {
  const rest = [...before];
  return after.filter((name) => {
    const at = rest.indexOf(name);
    if (at === -1) return true;
    rest.splice(at, 1);
    return false;
  });
}
