import { setTimeout as sleep } from "node:timers/promises";

/** `starting`: it is there, and busy with its data. `none`: nobody answers, or not to our password. */
export type State = "ready" | "starting" | "none";

/** Whether a server is there, once it has started: a second one on the same files would destroy them. */
export async function isReady(ask: () => Promise<State>): Promise<boolean> {
  let state = await ask();
  while (state === "starting") {
    await sleep(100);
    state = await ask();
  }
  return state === "ready";
}
