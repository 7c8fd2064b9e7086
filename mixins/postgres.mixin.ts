import { setTimeout as sleep } from "node:timers/promises";
import createPool, { type ConnectionPool, sql } from "@databases/pg";
import type { Service, ServiceSchema } from "moleculer";
import type { Config } from "../contracts/config.ts";
import { backoffMs } from "../lib/backoff.ts";
import { defineMixin } from "../lib/define-service.ts";
import { isOutage, StartError } from "../lib/errors.ts";

export interface Postgres {
  /**
   * Acts as the role `ttlc_service`, which may add events but not change them. bigint comes as a string.
   * Rejects while Postgres is away, see isOutage in lib/errors.ts.
   */
  db: ConnectionPool;
}

type Host = Service & { config: Config } & Postgres;

const reconnect = { initialMs: 500, maxMs: 10_000, multiplier: 2, jitter: 0.2 };

/** `this.db` for a Moleculer service. The service starts once Postgres answers, and stops before the pool does. */
export const postgres = defineMixin<Postgres>()({
  merged(schema: ServiceSchema) {
    schema.started = [open, schema.started ?? []].flat() as ServiceSchema["started"];
    // Moleculer calls these from the last to the first.
    schema.stopped = [close, schema.stopped ?? []].flat() as ServiceSchema["stopped"];
  },
});

async function open(this: Host) {
  this.db = createPool({
    connectionString: this.config.DATABASE_URL as string,
    applicationName: `ttlc ${this.name} ${this.broker.nodeID}`.slice(0, 63),
    bigIntMode: "string",
    keepAlive: true,
    connectionTimeoutMilliseconds: 5_000,
    lockTimeoutMilliseconds: 10_000,
    statementTimeoutMilliseconds: 30_000,
    queryTimeoutMilliseconds: 35_000, // for a server that went silent: statement_timeout ends most others first
    idleInTransactionSessionTimeoutMilliseconds: 60_000,
    onError: (err) => this.logger.debug({ err }, "Postgres connection"),
  });
  for (let attempt = 0; ; attempt++) {
    try {
      return await assertConfined(this.db);
    } catch (err) {
      if (!isOutage(err)) throw err;
      if (attempt === 0) this.logger.warn({ err }, "Postgres cannot be reached, trying again");
      await sleep(backoffMs(reconnect, attempt, Math.random()));
    }
  }
}

async function close(this: Host) {
  await this.db?.dispose();
}

/** The database puts us into the role (see confineServices in lib/migrate.ts); here we make sure that it did. */
async function assertConfined(db: ConnectionPool): Promise<void> {
  const [{ role }] = await db.query(sql`select current_user as role`);
  if (role === "ttlc_service") return;
  throw new StartError(
    `Services would act as the Postgres role ${role}, not ttlc_service: run \`npm run migrate\` first.`,
  );
}
