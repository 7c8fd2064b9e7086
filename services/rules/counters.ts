import { Counter, Registry } from "prom-client";
import type { Measure } from "../../contracts/moderation.ts";
import type { RuleAction } from "../../contracts/rule.ts";
import type { Ending } from "./queue.ts";

type Type = RuleAction["type"];

/** What the rules of one process did. The gateway asks for it; docs/metrics.md explains each. */
export class Counters {
  readonly #registry = new Registry();
  readonly #ended: Counter;
  readonly #commands: Counter;
  readonly #retried: Counter;

  constructor(node: string) {
    this.#registry.setDefaultLabels({ node });
    const metric = (name: string, help: string) => ({ name: `ttlc_rules_${name}`, help, registers: [this.#registry] });
    this.#ended = new Counter({
      ...metric("actions_total", "Actions that came to an end."),
      labelNames: ["type", "state"],
    });
    this.#commands = new Counter({
      ...metric("commands_total", "Of these, what a person commanded."),
      labelNames: ["measure", "state"],
    });
    this.#retried = new Counter({
      ...metric("retried_total", "Actions that could not be done yet and are tried again."),
      labelNames: ["type"],
    });
  }

  ended({ type, command }: { type: Type; command: Measure | null }, state: Ending["state"]): void {
    this.#ended.inc({ type, state });
    if (command) this.#commands.inc({ measure: command, state });
  }

  retried(type: Type): void {
    this.#retried.inc({ type });
  }

  /** For AggregatorRegistry.aggregate of prom-client. */
  asJSON(): Promise<object[]> {
    return this.#registry.getMetricsAsJSON();
  }
}
