import { type Queryable, sql } from "@databases/pg";
import type { Letter } from "../../contracts/letters.ts";

type Named = Pick<Letter, "destinationName" | "destinationHost">;

const unknown: Named = { destinationName: null, destinationHost: null };

/** How destinations of letters are called by people, and where they lead: the host alone, since the rest may be a secret. */
export async function namesOf(
  db: Queryable,
  letters: readonly { destination: string | null }[],
): Promise<(letter: { destination: string | null }) => Named> {
  const ids = [...new Set(letters.flatMap(({ destination }) => destination ?? []))];
  if (ids.length === 0) return () => unknown;
  const rows: { id: string; name: string; url: string }[] = await db.query(sql`
    select destination_id::text as id, name, url from destinations where destination_id::text = any(${ids})`);
  const names = new Map(
    rows.map(({ id, name, url }) => [id, { destinationName: name, destinationHost: URL.parse(url)?.host ?? null }]),
  );
  return ({ destination }) => names.get(destination ?? "") ?? unknown;
}
