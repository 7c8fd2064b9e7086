import { createSubscriber } from "svelte/reactivity";

const everySecond = createSubscriber((update) => {
  const ticking = setInterval(update, 1_000);
  return () => clearInterval(ticking);
});

/** The present, in epoch ms; whatever reads it in a template or an effect is run again every second. */
export const clock = {
  get now(): number {
    everySecond();
    return Date.now();
  },
};
