import { lookup, Resolver } from "node:dns/promises";

/** All addresses of a name. Rejects when there is no such name, or nobody tells. */
export type Resolve = (host: string, how: { isListed: boolean; signal: AbortSignal }) => Promise<string[]>;

/** Of each question, in ms; below what a connection may take. */
const patience = { timeout: 1_000, tries: 2 };

/**
 * Names that people give us are asked of the name server alone, each over sockets of its own, until `signal`: the machine's
 * way (`lookup`) holds one of the few threads that the whole process shares until it gives up by itself, so that a few names
 * that nobody answers for would stop everything else. It is for names that the operator listed: they may be those of a hosts
 * file or a search domain. Of each only one is under way.
 *
 * @param servers instead of the machine's, `address:port`
 */
export function resolver(servers?: readonly string[]): Resolve {
  const underWay = new Map<string, Promise<string[]>>();
  return (host, { isListed, signal }) => {
    if (!isListed) return ask(host, signal, servers);
    const looking = underWay.get(host) ?? lookUp(host).finally(() => underWay.delete(host));
    underWay.set(host, looking);
    return looking;
  };
}

const lookUp = async (host: string): Promise<string[]> =>
  (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);

/** A new resolver has the name servers of now, and is cancelled alone. */
async function ask(host: string, signal: AbortSignal, servers?: readonly string[]): Promise<string[]> {
  const resolver = new Resolver(patience);
  if (servers) resolver.setServers(servers);
  const cancel = () => resolver.cancel();
  signal.addEventListener("abort", cancel);
  try {
    const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    const addresses = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
    if (addresses.length === 0) throw (answers[0] as PromiseRejectedResult).reason;
    return addresses;
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}
