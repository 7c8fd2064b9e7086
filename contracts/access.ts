/** Who asks. `overlay` is a read-only token in the address of a page that OBS shows. */
export const roles = ["admin", "streamer", "moderator", "viewer", "ops", "developer", "overlay"] as const;
export type Role = (typeof roles)[number];

/** Which channels a caller may see. Empty: all of them. */
export interface Scope {
  /** Only these; none at all when there are none in it. */
  channelIds?: string[];
  /** Only those that the simulator made. */
  simulated?: true;
}

/**
 * How much of it a caller may see.
 * whole · masked: nothing that says who · aggregates: figures without people · chosen: the event types named in the token
 */
export type View = "whole" | "masked" | "aggregates" | "chosen";
