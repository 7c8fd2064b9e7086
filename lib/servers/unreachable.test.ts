import { expect, it } from "vitest";
import { unreachable } from "./unreachable.ts";

const url = "postgres://ttlc:hunter2@db:5432/ttlc";
const fault = (message: string, code?: string) => Object.assign(new Error(message), { code });
const advice = ". Start it or correct DATABASE_URL; without DATABASE_URL ttlc starts its own.";

it.each([
  [fault("connect ECONNREFUSED 127.0.0.1:5432", "ECONNREFUSED"), `connect ECONNREFUSED 127.0.0.1:5432${advice}`],
  [fault("", "ECONNREFUSED"), `ECONNREFUSED${advice}`],
  [fault("getaddrinfo ENOTFOUND db", "ENOTFOUND"), `getaddrinfo ENOTFOUND db${advice}`],
  [fault("password authentication failed for user", "28P01"), `password authentication failed for user${advice}`],
  [fault("WRONGPASS invalid username-password pair"), `WRONGPASS invalid username-password pair${advice}`],
  [fault("must be owner of table events", "42501"), "must be owner of table events"],
])("%s names the server, its variable and what to do", (cause, said) => {
  expect(unreachable("Postgres", "DATABASE_URL", url, cause).message).toBe(
    `Postgres at db:5432 (DATABASE_URL) cannot be used: ${said}`,
  );
});
