import { OutageError, PoisonMessageError } from "../../lib/errors.ts";

/** SQLSTATE classes that blame the data: data exception, integrity constraint violation, program limit exceeded. */
const DATA_CLASSES = new Set(["22", "23", "54"]);

/** COPY was told another format than a column has: it is the schema that is not as we know it, and no row. */
const FORMATS = new Set(["22P03", "22P04"]);

/** Serialization failure and deadlock: the same transaction may well succeed now. */
const CONFLICTS = new Set(["40001", "40P01"]);

/** The five characters by which Postgres names what went wrong; undefined when it was not Postgres that failed. */
export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && /^(?=.*\d)[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

export const isConflict = (error: unknown): boolean => CONFLICTS.has(sqlState(error) ?? "");

/** A unique index has the row already. */
export const isDuplicate = (error: unknown): boolean => sqlState(error) === "23505";

/** The partition of a week is gone: a check violation that names no constraint. */
export const isMissingWeek = (error: unknown): boolean =>
  sqlState(error) === "23514" && !(error as { constraint?: string }).constraint;

/**
 * What the stream consumer must hear when storing `entries` of them failed: an outage (Postgres or the schema is not
 * ready: wait), poison (one entry that Postgres refuses), or a plain error that makes it look for the bad one.
 * Postgres's own words stay out of it: they quote the data.
 */
export function storeFault(error: unknown, entries: number): unknown {
  const state = sqlState(error);
  if (state && DATA_CLASSES.has(state.slice(0, 2)) && !FORMATS.has(state) && !isMissingWeek(error)) {
    const { constraint } = error as { constraint?: string };
    const why = `SQLSTATE ${state}${constraint ? `, ${constraint}` : ""}`;
    if (entries === 1) return new PoisonMessageError("STORE_REJECTED", `Postgres refuses the event (${why})`);
    return new Error(`Postgres refuses a batch of ${entries} events (${why})`);
  }
  if (!state && (error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError)) {
    return error; // our own mistake: Postgres has nothing to do with it
  }
  return new OutageError("Postgres", { cause: error });
}
