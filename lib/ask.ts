import type { ServiceBroker } from "moleculer";
import { OutageError } from "./errors.ts";

/** A node that does not answer within this is left out. */
const PATIENCE_MS = 2_000;

/**
 * The answers of every node that has an action of such a name; who does not answer is left out.
 *
 * @param matches told the full name of an action, `storage.stats`
 */
export async function askAll<Answer>(
  broker: ServiceBroker,
  matches: (action: string) => boolean,
  { params = {}, patienceMs = PATIENCE_MS }: { params?: object; patienceMs?: number } = {},
): Promise<Answer[]> {
  const actions: { name: string; endpoints?: { nodeID: string }[] }[] = broker.registry.getActionList({
    onlyAvailable: true,
    withEndpoints: true,
  });
  const answers = actions
    .filter(({ name }) => matches(name))
    .flatMap(({ name, endpoints = [] }) =>
      endpoints.map(({ nodeID }) =>
        broker.call<Answer, object>(name, params, { nodeID, timeout: patienceMs }).then(
          (answer) => [answer],
          () => [],
        ),
      ),
    );
  return (await Promise.all(answers)).flat();
}

/**
 * The answer of a node that has the action: for what is asked again and again until it is there. Where none has it
 * Moleculer writes a warning to the log with each call.
 *
 * @throws OutageError when no node has it
 */
export async function ask<Answer>(broker: ServiceBroker, action: string, params: object = {}): Promise<Answer> {
  if (!broker.registry.actions.isAvailable(action)) throw new OutageError(action.split(".")[0] as string);
  return broker.call<Answer, object>(action, params);
}
