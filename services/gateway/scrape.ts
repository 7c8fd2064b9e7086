import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { register } from "prom-client";
import { errorAnswer, notFound } from "./errors.ts";
import { gatherFacts } from "./facts.ts";
import type { Gateway } from "./gateway.ts";
import { correlationId, securityHeaders } from "./headers.ts";
import { exposition } from "./metrics.ts";
import { refuseUnreadable } from "./unreadable.ts";

export const { contentType } = register;

type Host = Parameters<typeof gatherFacts>[0] & Pick<Gateway, "traffic">;

/** What a scrape is answered: the whole deployment, and what this gateway did. */
export async function scrape(gateway: Host): Promise<string> {
  return `${await exposition(await gatherFacts(gateway))}\n${await gateway.traffic.exposition()}`;
}

/**
 * Answers `GET /metrics` without a key, and nothing else, where METRICS_PORT says so; who calls it closes it.
 *
 * @throws when that port cannot be listened on
 */
export async function listenForScrapes(gateway: Gateway): Promise<Server | undefined> {
  const { API_HOST: host, METRICS_PORT: port } = gateway.config;
  if (port === 0) return undefined;
  const server = createServer(async (request, response) => {
    const id = correlationId(request.headers);
    for (const [name, value] of Object.entries(securityHeaders(false))) response.setHeader(name, value);
    try {
      if (request.method !== "GET" || request.url?.split("?", 1)[0] !== "/metrics") throw notFound("such path");
      const text = await scrape(gateway);
      response.writeHead(200, { "content-type": contentType }).end(text);
    } catch (err) {
      const { status, body } = errorAnswer(err, id);
      if (status === 500) gateway.logger.error({ err, correlationId: id }, "scrape failed");
      response.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(body));
    }
  });
  server.on("clientError", refuseUnreadable);
  server.listen(port, host);
  await once(server, "listening").catch((error) => {
    error.message = `the gateway cannot listen on API_HOST ${host}, METRICS_PORT ${port}: ${error.message}`;
    throw error;
  });
  return server;
}
