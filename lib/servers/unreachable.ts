import { isOutage, StartError } from "../errors.ts";
import { hostOf } from "./host.ts";

/** The name is not known, it does not let us in, or there is no such database. */
const WRONG_ADDRESS = /^(ENOTFOUND|28\w{3}|3D000)$|^(WRONGPASS|NOAUTH)\b|Invalid URL/;

/**
 * Why a server that was given cannot be used: names it without credentials, its variable, and what to do where the
 * fault does not say so itself.
 */
export function unreachable(server: string, variable: string, url: string, cause: unknown): StartError {
  const { message, code = "" } = cause as NodeJS.ErrnoException;
  const advised = isOutage(cause) || WRONG_ADDRESS.test(code) || WRONG_ADDRESS.test(message);
  const advice = advised ? `. Start it or correct ${variable}; without ${variable} ttlc starts its own.` : "";
  return new StartError(`${server} at ${hostOf(url)} (${variable}) cannot be used: ${message || code}${advice}`, {
    cause,
  });
}
