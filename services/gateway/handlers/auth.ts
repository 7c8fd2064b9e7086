import type { Me } from "../../../contracts/api.ts";
import { registryOf } from "../access.ts";
import { logIn, logOut, refuseForeignOrigin, sessionCookie, sessionToken } from "../auth.ts";
import { ApiError } from "../errors.ts";
import { overTls } from "../headers.ts";
import { nothing } from "../input.ts";
import { Reply, route } from "../route.ts";

const secret = { type: "string", minLength: 1, maxLength: 200 } as const;

const credential = {
  type: "object",
  additionalProperties: false,
  minProperties: 1,
  maxProperties: 1,
  properties: { code: secret, key: secret },
} as const;

/** Begins a session for a browser, by the one-time code of a login link or by an API key. */
export const login = route(
  {
    path: "POST /auth/login",
    id: "logIn",
    summary: "Begins a session for a browser",
    right: "anybody",
    input: credential,
  },
  async ({ input, request }, gateway) => {
    refuseForeignOrigin(request.headers);
    const waitSeconds = gateway.logins.take(request.socket.remoteAddress ?? "", Date.now());
    if (waitSeconds > 0) {
      throw new ApiError(429, "RATE_LIMITED", `Too many attempts: wait ${waitSeconds} s.`, {
        headers: { "retry-after": String(waitSeconds) },
      });
    }
    const { token, me } = await logIn(registryOf(gateway), input);
    return new Reply(200, me, { "set-cookie": sessionCookie(token, { secure: overTls(request) }) });
  },
);

/** Who asks. A browser's cookie lives as long as its session, so it is sent anew. */
export const me = route(
  { path: "GET /auth/me", id: "getMe", summary: "Who asks", right: "known", input: nothing },
  ({ who, request }) => {
    const { role, by, expiresAt } = who;
    const token = by === "cookie" ? sessionToken(request.headers) : undefined;
    const headers: Record<string, string> = token
      ? { "set-cookie": sessionCookie(token, { secure: overTls(request) }) }
      : {};
    return new Reply(200, { role, expiresAt } as Me, headers);
  },
);

export const logout = route(
  {
    path: "POST /auth/logout",
    id: "logOut",
    summary: "Ends the session of this browser",
    right: "known",
    input: nothing,
  },
  async ({ request }, gateway) => {
    await logOut(registryOf(gateway), request.headers);
    return new Reply(204, undefined, { "set-cookie": sessionCookie("", { secure: overTls(request) }) });
  },
);
