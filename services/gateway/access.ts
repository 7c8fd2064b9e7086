import type { Context } from "moleculer";
import { defineMixin } from "../../lib/define-service.ts";
import { apiKey, identify, type Principal, type Registry, redeemTicket, refuseForgery } from "./auth.ts";
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
      return ticket === undefined ? byHeaders(this, request) : redeemTicket(registryOf(this), String(ticket));
    },
  },
});

async function byHeaders(gateway: Gateway, request: HttpRequest): Promise<Principal> {
  const { headers } = request;
  const ask = () => identify(registryOf(gateway), headers);
  const who = await (apiKey(headers) === undefined ? ask() : guarded(gateway, request, "key", ask)); // keys are not to be guessed
  refuseForgery(who, request);
  return who;
}

/** Where this gateway looks identities up. */
export const registryOf = ({ redis, config, broker }: Gateway): Registry => ({
  redis,
  adminKey: config.TTLC_ADMIN_KEY,
  findKey: (hash) => broker.call("storage.findKey", { hash }),
});
