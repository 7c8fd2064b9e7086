import { setTimeout as sleep } from "node:timers/promises";
import type { ServiceBroker } from "moleculer";
import { isOpen, type ReplayStatus } from "../contracts/replay.ts";
import type { Terminal } from "./launch.ts";
import type { WantedReplay } from "./replay-options.ts";

const LOOK_MS = 500;
const WIDTH = 24;
/** How long the services, in other processes perhaps, may take to be found. */
const FIND_MS = 30_000;

/** `[######------------------]  25 %  12,340 of 49,360` */
export function replayBar({ published, total }: Pick<ReplayStatus, "published" | "total">): string {
  const share = total === 0 ? 1 : Math.min(1, published / total);
  const filled = Math.floor(share * WIDTH);
  const bar = "#".repeat(filled).padEnd(WIDTH, "-");
  return `[${bar}] ${String(Math.floor(share * 100)).padStart(3)} %  ${count(published)} of ${count(total)}`;
}

/** Starts a replay and shows how far it is, until it is over or `signal` aborts. It is no reason not to start. */
export async function followReplay(
  broker: Pick<ServiceBroker, "call" | "waitForServices">,
  { speed, ...of }: WantedReplay,
  { say, show }: Terminal,
  signal: AbortSignal,
): Promise<void> {
  try {
    await broker.waitForServices(["ingest", "storage"], FIND_MS);
    const wanted = of.sessionId ? { sessionId: of.sessionId } : { streamId: of.streamId };
    const started = await broker.call<ReplayStatus, object>("ingest.replay", { ...wanted, speed });
    const { sessionId } = started;
    say("Replay", `session ${sessionId}, ${count(started.total)} events at speed ${started.speed}`);
    for (let status = started; ; ) {
      if (!isOpen(status.state)) {
        say("Replay", `${status.state}: ${count(status.published)} of ${count(status.total)} events sent`);
        return;
      }
      show("Replay", status.state === "paused" ? `${replayBar(status)}, paused` : replayBar(status));
      await sleep(LOOK_MS, undefined, { signal });
      status = await broker.call<ReplayStatus, object>("ingest.replayStatus", { sessionId }).catch(() => status);
    }
  } catch (error) {
    if (!signal.aborted) say("Replay", `not started: ${(error as Error).message}`);
  }
}

const count = (events: number) => events.toLocaleString("en");
