import type { LedgerDifference, SessionLedger } from "../../contracts/api.ts";

/** A session's ledger for a terminal: what each stage took in and handed on, then whether it balances. */
export function ledgerLines(ledger: SessionLedger): string[] {
  const { balance, deadLettered, dropped, gaps, inFlight } = ledger;
  const counts: [string, number | null][] = [
    ["received", ledger.received],
    ["own facts", ledger.facts],
    ["waiting", ledger.waiting],
    ["duplicates", ledger.duplicates],
    ...Object.entries(dropped).map(([reason, count]): [string, number] => [`dropped: ${reason}`, count]),
    ["published", ledger.published],
    ["normalised", ledger.normalised],
    ...deadLettered.map(({ stage, reason, count }): [string, number] => [`dead: ${stage} ${reason}`, count]),
    ...(ledger.redriven ? [["redriven", ledger.redriven] as [string, number]] : []),
    ["stored", ledger.stored],
    ...(ledger.returned === undefined ? [] : [["returned", ledger.returned] as [string, number]]),
    ["stored before", ledger.storedBefore],
  ];
  const width = Math.max(...counts.map(([name]) => name.length));
  return [
    ...counts.map(([name, count]) => `${name.padEnd(width)} ${String(count ?? "unknown").padStart(9)}`),
    ...gaps.map(({ from = "?", to = "?", why = "?", count }) =>
      [`gap: ${from} to ${to}, ${why}`, ...(count === undefined ? [] : [`${count} messages`])].join(", "),
    ),
    ...inFlight.map((difference) => `in flight: ${shown(difference)}`),
    ...balance.unexplained.map((difference) => `UNEXPLAINED: ${shown(difference)}`),
    verdict(balance.ok),
  ];
}

const shown = ({ between, count }: LedgerDifference) => `${count} between ${between}`;

function verdict(ok: boolean | null): string {
  if (ok === null) return "unknown: Redis has lost or forgotten what it counted";
  return ok ? "it balances" : "it does not balance";
}
