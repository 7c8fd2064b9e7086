import createPool, { type ConnectionPool, sql, type Transaction } from "@databases/pg";
import type { Service } from "moleculer";
import type { Config } from "../contracts/config.ts";
import { defineMixin } from "../lib/define-service.ts";

export interface PostgresReader {
  /**
   * Runs `task` in a read-only transaction of the role `ttlc_reader`, which may select from events and event_pii, and
   * nothing else. Connects when it is first used. bigint comes as a string. Rejects while Postgres is away, see isOutage
   * in lib/errors.ts.
   */
  read<Result>(task: (tx: Transaction) => Promise<Result>): Promise<Result>;
}

type Host = Service & { config: Config; $readers?: ConnectionPool };

/** For a service that writes nothing to Postgres, and starts and runs without it. */
export const postgresReader = defineMixin<PostgresReader>()({
  methods: {
    async read<Result>(this: Host, task: (tx: Transaction) => Promise<Result>): Promise<Result> {
      this.$readers ??= openReaders(this.config.DATABASE_URL as string, `ttlc ${this.name} ${this.broker.nodeID}`);
      return readIn(this.$readers, task);
    },
  },

  async stopped() {
    await (this as unknown as Host).$readers?.dispose();
  },
});

/** To be disposed of. */
export const openReaders = (url: string, applicationName: string): ConnectionPool =>
  createPool({
    connectionString: url,
    applicationName: applicationName.slice(0, 63),
    bigIntMode: "string",
    poolSize: 4,
    keepAlive: true,
    connectionTimeoutMilliseconds: 5_000,
    statementTimeoutMilliseconds: 30_000,
    queryTimeoutMilliseconds: 35_000,
    onError() {}, // of an idle connection: the next query makes a new one
  });

export const readIn = <Result>(pool: ConnectionPool, task: (tx: Transaction) => Promise<Result>): Promise<Result> =>
  pool.tx(
    async (tx) => {
      await tx.query(sql`set local role ttlc_reader`);
      return task(tx);
    },
    { readOnly: true },
  );
