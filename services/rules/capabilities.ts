import type { Config } from "../../contracts/config.ts";
import { parseAllowList } from "../../lib/egress/allow-list.ts";
import { Egress, type EgressLimits } from "../../lib/egress/egress.ts";
import { httpBaseOf } from "../../lib/http-base.ts";
import { Euler } from "./euler.ts";
import type { Capabilities } from "./gate.ts";

type Given = Pick<Config, "EULER_API_URL" | "EULER_API_KEY" | "EULER_OAUTH_TOKEN" | "EULER_ACCOUNT">;

/** Undefined unless everything is configured that it takes to speak as an account. */
export function eulerOf(
  { EULER_API_URL, EULER_API_KEY: apiKey, EULER_OAUTH_TOKEN: token, EULER_ACCOUNT }: Given,
  limits: EgressLimits,
): Euler | undefined {
  if (!apiKey || !token || !EULER_ACCOUNT) return undefined;
  const base = httpBaseOf(EULER_API_URL);
  const { protocol, hostname, port } = new URL(base);
  const allow = parseAllowList(`${hostname}:${port || (protocol === "https:" ? 443 : 80)}`); // the operator named it
  return new Euler({ base, apiKey, token, egress: new Egress({ allow, limits }) });
}

export function capabilitiesOf({ EULER_ACCOUNT }: Given, euler: Euler | undefined): Capabilities {
  if (!euler) return { types: new Set(["log", "webhook"]) };
  const account = EULER_ACCOUNT?.replace(/^@/, "").toLowerCase();
  return { types: new Set(["log", "webhook", "announce", "moderate"]), account };
}
