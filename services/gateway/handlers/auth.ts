import { type Me, meSchema, ticketSchema } from "../../../contracts/keys.ts";
import { registryOf } from "../access.ts";
import { logIn, logOut, newTicket, type Principal, refuseForeignOrigin, sessionCookie, sessionToken } from "../auth.ts";
import { overTls } from "../headers.ts";
import { nothing } from "../input.ts";
import { charge, guarded } from "../limits.ts";
import { rightsOf } from "../rights.ts";
import { type Call, Reply, route } from "../route.ts";

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
    cost: 0, // wrong ones are counted by guarded(), and right ones as their key's
    input: credential,
    example: { key: "ttlc_an-example-that-is-no-key" },
    answers: { 200: meSchema },
  },
  async ({ input, request, call, note }, gateway, response) => {
    refuseForeignOrigin(request.headers);
    const admit = (who: Principal) => charge(gateway, { request, response, who, isRead: false }, 1);
    const { token, who } = await guarded(gateway, request, "login", () => logIn(registryOf(gateway), input, admit));
    note({ actor: who });
    return new Reply(200, await meOf(who, call), { "set-cookie": sessionCookie(token, { secure: overTls(request) }) });
  },
);

/** Who asks, and what they may. A browser's cookie lives as long as its session, so it is sent anew. */
export const me = route(
  {
    path: "GET /auth/me",
    id: "getMe",
    summary: "Who asks, and what they may",
    right: "known",
    input: nothing,
    answers: { 200: meSchema },
  },
  async ({ who, request, call }) => {
    const token = who.by === "cookie" ? sessionToken(request.headers) : undefined;
    const headers: Record<string, string> = token
      ? { "set-cookie": sessionCookie(token, { secure: overTls(request) }) }
      : {};
    return new Reply(200, await meOf(who, call), headers);
  },
);

export const logout = route(
  {
    path: "POST /auth/logout",
    id: "logOut",
    summary: "Ends the session of this browser",
    right: "known",
    input: nothing,
    answers: { 204: null },
  },
  async ({ request }, gateway) => {
    await logOut(registryOf(gateway), request.headers);
    return new Reply(204, undefined, { "set-cookie": sessionCookie("", { secure: overTls(request) }) });
  },
);

/** For a feed that is opened where no header can be sent: by EventSource or WebSocket from another site, or by OBS. */
export const ticket = route(
  {
    path: "POST /auth/ticket",
    id: "createTicket",
    secret: true,
    summary: "Makes a ticket that opens one live feed within 30 s",
    right: "known",
    input: nothing,
    answers: { 201: ticketSchema },
  },
  async ({ who }, gateway) => new Reply(201, await newTicket(gateway, who)),
);

async function meOf({ id, name, role, channelIds, types, expiresAt }: Principal, call: Call): Promise<Me> {
  const channels = channelIds.length > 0 ? await call<Me["channels"]>("storage.keyChannels", { channelIds }) : [];
  const known = role as Me["role"];
  return { id, name, role: known, channels, types, rights: rightsOf(known), expiresAt };
}
