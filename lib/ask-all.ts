import type { Service } from "moleculer";

/** A node that does not answer within this is left out. */
const PATIENCE_MS = 2_000;

/** The answers of every node that has an action of such a name. */
export async function askAll<Answer>(
  broker: Service["broker"],
  matches: (action: string) => boolean,
): Promise<Answer[]> {
  const actions: { name: string; endpoints?: { nodeID: string }[] }[] = broker.registry.getActionList({
    onlyAvailable: true,
    withEndpoints: true,
  });
  const answers = actions
    .filter(({ name }) => matches(name))
    .flatMap(({ name, endpoints = [] }) =>
      endpoints.map(({ nodeID }) =>
        broker.call<Answer, object>(name, {}, { nodeID, timeout: PATIENCE_MS }).then(
          (answer) => [answer],
          () => [],
        ),
      ),
    );
  return (await Promise.all(answers)).flat();
}
