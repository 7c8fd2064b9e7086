import type { IncomingMessage } from "node:http";
import type { EventType } from "../../contracts/unified-event.ts";
import { byTicket } from "./access.ts";
import { type Principal, type Registry, stillMay } from "./auth.ts";
import { callerOf } from "./client.ts";
import type { Gateway } from "./gateway.ts";
import type { HttpRequest } from "./http.ts";

/** Who holds a connection, and what is asked about them as long as it is open. */
export interface Holder {
  who: Principal;
  /** Equal for all connections of one key, session or token. */
  owner: string;
  /** False once the credentials have ended, or their rights are others. Rejects when that cannot be known. */
  stillAllowed(): Promise<boolean>;
}

/** How the gateway finds out who sent a request, by its headers. */
interface Doorkeeper {
  authenticate(ctx: undefined, route: undefined, request: IncomingMessage): Promise<Principal>;
}

/** Who asks: by a one-time ticket in the address if there is one, else by the headers. @throws ApiError 401 */
export function whoAsks(gateway: Gateway & Doorkeeper, request: HttpRequest): Promise<Principal> {
  const ticket = new URLSearchParams(request.url?.split("?")[1]).get("ticket");
  return ticket === null ? gateway.authenticate(undefined, undefined, request) : byTicket(gateway, request, ticket);
}

/** Who opens a connection, once that is known. */
export const holderOf = (registry: Registry, who: Principal, request: HttpRequest): Holder => ({
  who,
  owner: callerOf(request, who),
  stillAllowed: () => stillMay(registry, who),
});

/** The event types that an overlay's token names; undefined: all. */
export const typesOf = ({ role, types }: Principal): EventType[] | undefined =>
  role === "overlay" ? (types ?? undefined) : undefined;
