import type { Context } from "moleculer";
import { defineMixin } from "../../lib/define-service.ts";
import { authorize, identify, type Principal, type Registry } from "./auth.ts";
import type { Gateway } from "./gateway.ts";
import type { HttpRequest } from "./http.ts";

/** moleculer-web's two questions about a request to a closed route: who is it, and may they? */
export const access = defineMixin()({
  methods: {
    authenticate(this: Gateway, _ctx: Context, _route: unknown, request: HttpRequest): Promise<Principal> {
      return identify(registryOf(this), request.headers);
    },

    async authorize(ctx: Context<unknown, { user: Principal }>, _route: unknown, request: HttpRequest) {
      authorize(ctx.meta.user, request);
    },
  },
});

/** Where this gateway looks identities up. */
export const registryOf = ({ redis, config, broker }: Gateway): Registry => ({
  redis,
  adminKey: config.TTLC_ADMIN_KEY,
  findKey: (hash) => broker.call("storage.findKey", { hash }),
});
