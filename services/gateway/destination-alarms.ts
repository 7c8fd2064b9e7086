import type { Service } from "moleculer";
import type { DisabledReason } from "../../contracts/destination.ts";
import { askAll } from "../../lib/ask.ts";

export const destinationAlarmNames = ["destination_disabled"] as const;

/** What `forwarder.states` answers: the same for all processes, as it is Postgres that knows. */
export interface DestinationStates {
  enabled: number;
  /** Of the enabled ones, those whose last attempt failed. */
  failing: number;
  disabled: number;
  /** Why those were disabled that ttlc disabled. */
  givenUp: DisabledReason[];
}

interface DestinationAlarm {
  name: (typeof destinationAlarmNames)[number];
  text: string;
}

/** Undefined: no forwarder answers. */
export async function askDestinations(broker: Service["broker"]): Promise<DestinationStates | undefined> {
  const [states] = await askAll<DestinationStates>(broker, (name) => name === "forwarder.states");
  return states;
}

/** Raised until somebody enables or deletes it. It names no destination: /health is open to everybody. */
export function destinationAlarmsOf(states: DestinationStates | undefined): DestinationAlarm[] {
  const { givenUp } = states ?? { givenUp: [] };
  if (givenUp.length === 0) return [];
  const what = givenUp.length === 1 ? "1 destination" : `${givenUp.length} destinations`;
  const why = [...new Set(givenUp)].sort().join(", ");
  return [{ name: "destination_disabled", text: `nothing is forwarded to ${what} any more: ${why}` }];
}
