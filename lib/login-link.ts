import { randomBytes } from "node:crypto";
import type { Config } from "../contracts/config.ts";
import { sha256 } from "./api-key.ts";
import { withRedis } from "./servers/redis-client.ts";

/** How long a link can be used, once. */
export const LOGIN_MINUTES = 10;

/** A one-time link to the dashboard, with every right. Only a hash of its code is stored. */
export async function newLoginLink(redisUrl: string, address: string): Promise<string> {
  const code = randomBytes(24).toString("base64url");
  const key = `ttlc:login:${sha256(code)}`;
  await withRedis(redisUrl, (redis) => redis.set(key, "admin", "EX", LOGIN_MINUTES * 60));
  return `${address}/app/login#code=${code}`; // behind the #, so that no server ever logs it
}

/** Where a browser on this machine finds the gateway. */
export function gatewayAddress({ API_HOST, API_PORT }: Pick<Config, "API_HOST" | "API_PORT">): string {
  const everywhere: Record<string, string> = { "0.0.0.0": "127.0.0.1", "::": "[::1]" };
  const host = everywhere[API_HOST] ?? (API_HOST.includes(":") ? `[${API_HOST}]` : API_HOST);
  return `http://${host}:${API_PORT}`;
}
