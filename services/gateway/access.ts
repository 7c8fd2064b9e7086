import type { Context } from "moleculer";
import { defineMixin } from "../../lib/define-service.ts";
import { identify, type Principal, type Registry, redeemTicket, refuseForgery } from "./auth.ts";
import type { Gateway } from "./gateway.ts";
import type { HttpRequest } from "./http.ts";
import { guarded } from "./limits.ts";

/** moleculer-web's question about a request to a closed route: who is it? What they may, route.ts decides. */
export const access = defineMixin()({
  methods: {
    authenticate(this: Gateway, _ctx: Context, _route: unknown, request: HttpRequest): Promise<Principal> {
      return byHeaders(this, request);
    },

    /** Where a browser opens a feed it can send no header: there a one-time ticket in the address will do. */
    authenticateFeed(this: Gateway, _ctx: Context, _route: unknown, request: HttpRequest): Promise<Principal> {
      const { ticket } = request.$params.query;
      return ticket === undefined ? byHeaders(this, request) : byTicket(this, request, String(ticket));
    },
  },
});

async function byHeaders(gateway: Gateway, request: HttpRequest): Promise<Principal> {
  const who = await guarded(gateway, request, "key", () => identify(registryOf(gateway), request.headers));
  refuseForgery(who, request);
  return who;
}

/** Who made this ticket. @throws ApiError 401; 429 when too many wrong ones came from there */
export const byTicket = (gateway: Gateway, request: Pick<HttpRequest, "client">, ticket: string): Promise<Principal> =>
  guarded(gateway, request, "key", () => redeemTicket(registryOf(gateway), ticket));

/** Where this gateway looks identities up. */
export const registryOf = ({ redis, config, broker }: Gateway): Registry => ({
  redis,
  adminKey: config.TTLC_ADMIN_KEY,
  findKey: (hash) => broker.call("storage.findKey", { hash }),
});
