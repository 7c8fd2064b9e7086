import type { Config } from "../../contracts/config.ts";
import { parseAllowList } from "../../lib/egress/allow-list.ts";
import { Egress, type EgressLimits } from "../../lib/egress/egress.ts";
import { httpBaseOf } from "../../lib/http-base.ts";
import { Euler, type RoomActor } from "./euler.ts";
import type { Capabilities } from "./gate.ts";
import { SessionChat } from "./session-chat.ts";

type Given = Pick<
  Config,
  "EULER_API_URL" | "EULER_API_KEY" | "EULER_OAUTH_TOKEN" | "EULER_ACCOUNT" | "TIKTOK_SESSION_ID" | "TIKTOK_TARGET_IDC"
>;

/**
 * With a token it speaks and moderates, else with a session it speaks. Undefined unless everything is configured that one
 * of them takes.
 */
export function roomActorOf(given: Given, limits: EgressLimits): RoomActor | undefined {
  const { EULER_API_KEY: apiKey, EULER_OAUTH_TOKEN: token, TIKTOK_SESSION_ID: sessionId } = given;
  if (!apiKey || !given.EULER_ACCOUNT) return undefined;
  const base = httpBaseOf(given.EULER_API_URL);
  const { protocol, hostname, port } = new URL(base);
  const allow = parseAllowList(`${hostname}:${port || (protocol === "https:" ? 443 : 80)}`); // the operator named it
  const rest = { base, apiKey, egress: new Egress({ allow, limits }) };
  if (token) return new Euler({ ...rest, token });
  const targetIdc = given.TIKTOK_TARGET_IDC;
  return sessionId && targetIdc ? new SessionChat({ ...rest, sessionId, targetIdc }) : undefined;
}

export function capabilitiesOf({ EULER_ACCOUNT }: Given, actor: RoomActor | undefined): Capabilities {
  if (!actor) return { types: new Set(["log", "webhook"]) };
  const account = EULER_ACCOUNT?.replace(/^@/, "").toLowerCase();
  return { types: new Set(["log", "webhook", ...actor.types]), account };
}
