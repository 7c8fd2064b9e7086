import { createHash } from "node:crypto";

/** The same for every attempt at one effect of a rule, so that a receiver can tell that it has it already. */
export const webhookIdOf = (effectKey: string, ruleId: string): string =>
  `msg_${createHash("sha256").update(`${effectKey}:${ruleId}`).digest("hex").slice(0, 40)}`;
